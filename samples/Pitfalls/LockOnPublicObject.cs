namespace Pitfalls;

/// <summary>The lesson: one lock guards the balance, and nobody else can hold it.</summary>
public sealed class Account
{
    private decimal balance;

    public void Deposit(decimal amount)
    {
        lock (this)
        {
            balance += amount;
        }
    }

    public void Withdraw(decimal amount)
    {
        lock (this)
        {
            balance -= amount;
        }
    }
}
