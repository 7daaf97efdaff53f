using Microsoft.CodeAnalysis;

namespace ThreadingAnalyzers.Concurrency.Threads;

/// <summary>At which place of an array, a tuple or a record a thread is that is followed from variable to variable; see <see cref="ThreadPart"/>.</summary>
internal sealed class ThreadParts
{
    private readonly Dictionary<ISymbol, int?> known = new(SymbolEqualityComparer.Default);
    private bool isInside;

    /// <summary>The place in the value that is looked at; null where the value is the thread itself, or any of its parts may be.</summary>
    public int? Current { get; private set; }

    /// <summary>The place in what the symbol holds.</summary>
    public int? Of(ISymbol symbol) => known[symbol];

    /// <summary>Goes on with a value that has the thread at the place.</summary>
    public void Start(int? place) => (Current, isInside) = (place, place is not null);

    /// <summary>Goes on with a value of which any part may be the thread.</summary>
    public void Lose() => (Current, isInside) = (null, true);

    /// <summary>Whether the symbol gets the thread for the first time, or at another place, so that all places count from then on.</summary>
    public bool IsNews(ISymbol symbol)
    {
        var isKnown = known.TryGetValue(symbol, out var place);
        if (isKnown && (place is null || place == Current))
            return false;
        known[symbol] = isKnown ? null : Current;
        return true;
    }

    /// <summary>The thread is put into a whole, at a place where that is known; of a whole within a whole no place is kept.</summary>
    public IOperation Into(IOperation whole, int? place)
    {
        (Current, isInside) = (isInside ? null : place, true);
        return whole;
    }

    /// <summary>What an access takes out; null where that is another part.</summary>
    public IOperation? OutOf(IOperation access) => Current is { } mine && ThreadPart.Named(access) is { } named && named != mine || !Outside() ? null : access;

    /// <summary>Goes on with the thread itself; always true.</summary>
    public bool Outside()
    {
        Start(null);
        return true;
    }
}
