namespace Pitfalls;

/// <summary>The lesson: one lock guards the balance, and nobody else can hold it.</summary>
public sealed class Account
{
    private decimal balance;

    public void Deposit(decimal amount)
    {
        lock (this)
//            ~~~~ THR4001: 'this' is known to every user of 'Account', who can lock it too and stop this code: lock a private readonly object
        {
            balance += amount;
        }
    }

    public void Withdraw(decimal amount)
    {
        lock (this)
//            ~~~~ THR4001
        {
            balance -= amount;
        }
    }
}
