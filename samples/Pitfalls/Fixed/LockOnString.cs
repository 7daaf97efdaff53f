namespace Pitfalls;

/// <summary>The lesson: two caches do not wait for each other.</summary>
public sealed class PageCache
{
    private readonly Dictionary<string, string> pages = [];
    private static readonly object gate = new();

    public void Add(string address, string page)
    {
        lock (gate)
        {
            pages[address] = page;
        }
    }

    public string? Find(string address)
    {
        lock (gate)
        {
            return pages.GetValueOrDefault(address);
        }
    }
}
