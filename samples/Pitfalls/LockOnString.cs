namespace Pitfalls;

/// <summary>The lesson: two caches do not wait for each other.</summary>
public sealed class PageCache
{
    private readonly Dictionary<string, string> pages = [];

    public void Add(string address, string page)
    {
        lock ("cache")
        {
            pages[address] = page;
        }
    }

    public string? Find(string address)
    {
        lock ("cache")
        {
            return pages.GetValueOrDefault(address);
        }
    }
}
