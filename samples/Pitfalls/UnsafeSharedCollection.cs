namespace Pitfalls;

/// <summary>The lesson: a list that several threads fill needs a lock or a concurrent collection.</summary>
public static class Words
{
    public static void Run(string[] lines)
    {
        var longest = new List<string>();
        Parallel.ForEach(lines, line => longest.Add(line.Split(' ').MaxBy(word => word.Length) ?? ""));
//                                      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003: 'longest' is not thread-safe and is changed by several iterations of the parallel loop started at UnsafeSharedCollection.cs:9 at once: hold one lock around both or use a concurrent collection
        Console.WriteLine(string.Join(", ", longest));
    }
}
