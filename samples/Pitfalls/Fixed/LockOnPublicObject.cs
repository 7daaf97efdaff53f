namespace Pitfalls;

/// <summary>The lesson: one lock guards the balance, and nobody else can hold it.</summary>
public sealed class Account
{
    private decimal balance;
    private readonly object gate = new();

    public void Deposit(decimal amount)
    {
        lock (gate)
        {
            balance += amount;
        }
    }

    public void Withdraw(decimal amount)
    {
        lock (gate)
        {
            balance -= amount;
        }
    }
}
