namespace Tutorial;

/// <summary>
/// Money goes from A to B and from B to A at the same time. Each transfer holds both accounts' locks; if one took A's
/// first and the other B's first, each could wait for the other for ever.
/// </summary>
internal static class DeadlockAvoided
{
    public static void Run()
    {
        var a = new Account(number: 1) { Balance = 1000 };
        var b = new Account(number: 2) { Balance = 1000 };

        var there = new Thread(() => TransferMany(from: a, to: b));
        var back = new Thread(() => TransferMany(from: b, to: a));

        there.Start();
        back.Start();

        there.Join();
        back.Join();

        Console.WriteLine($"A: {a.Balance}, B: {b.Balance}");
    }

    private static void TransferMany(Account from, Account to)
    {
        for (var i = 0; i < 100_000; i++)
            Transfer(from, to, amount: 1);
    }

    private static void Transfer(Account from, Account to, decimal amount)
    {
        // One order for all: the lower number first, whichever way the money goes. So nobody waits in a circle.
        var (first, second) = from.Number < to.Number ? (from, to) : (to, from);

        lock (first.Gate)
        lock (second.Gate)
        {
            from.Balance -= amount;
            to.Balance += amount;
        }
    }

    private sealed class Account(int number)
    {
        public int Number { get; } = number;

        public Lock Gate { get; } = new();

        /// <summary>Guarded by <see cref="Gate"/>.</summary>
        public decimal Balance { get; set; }
    }
}
