namespace Pitfalls;

/// <summary>The lesson: two caches do not wait for each other.</summary>
public sealed class PageCache
{
    private readonly Dictionary<string, string> pages = [];

    public void Add(string address, string page)
    {
        lock ("cache")
//            ~~~~~~~ THR4002: '"cache"' is a string, which unrelated code can lock too: lock a private object
        {
            pages[address] = page;
        }
    }

    public string? Find(string address)
    {
        lock ("cache")
//            ~~~~~~~ THR4002
        {
            return pages.GetValueOrDefault(address);
        }
    }
}
