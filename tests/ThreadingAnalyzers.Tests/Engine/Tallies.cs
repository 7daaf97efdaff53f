// Elements and variables that several count in.

public sealed class TallyOfBytesBad
{
    private readonly int[] tally = new int[256];

    public int[] Count(byte[] data)
    {
        Parallel.For(0, data.Length, i => tally[data[i]]++);
//                                        ~~~~~~~~~~~~~~ THR3002
        return tally;
    }
}

public sealed class TallyOfLettersBad
{
    public int[] Count(string[] texts)
    {
        var tally = new int[26];
        Parallel.ForEach(texts, text =>
        {
            foreach (var letter in text)
                tally[letter - 'a'] += 1;
//              ~~~~~~~~~~~~~~~~~~~ THR3002
        });
        return tally;
    }
}

public sealed class TallyOfLengthsBad
{
    private readonly List<int> tally = [.. new int[100]];

    public void Count(string[] words)
    {
        Parallel.ForEach(words, word => tally[word.Length]++);
//                                      ~~~~~~~~~~~~~~~~~~ THR3002
    }
}

public sealed class TallyOfChanceBad
{
    private readonly int[] tally = new int[6];

    public void Throw(int times)
    {
        Parallel.For(0, times, _ => tally[Random.Shared.Next(0, tally.Length)]++);
//                                  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3002
    }
}

public sealed class TallyOfHashesBad
{
    private readonly int[] tally = new int[64];

    public void Count(string[] words)
    {
        Parallel.ForEach(words, word => tally[Bucket(word)]++);
//                                      ~~~~~~~~~~~~~~~~~~~ THR3002
    }

    private static int Bucket(string word) => word[0] & 63;
}

public sealed class TallyByLaneOk
{
    private readonly int[] cells = new int[4096];

    public void Age(int[] data)
    {
        Parallel.For(0, 4, lane =>
        {
            for (var i = 0; i < data.Length; i++)
                cells[lane * data.Length + i]++;
        });
    }
}

public sealed class TallyFromTheEndOk
{
    private readonly int[] cells = new int[4096];

    public void Age(int[] data)
    {
        Parallel.For(0, data.Length, i => cells[data.Length - 1 - i]++);
    }
}

public sealed class TallyByRowAndColumnOk
{
    private readonly int[] cells = new int[4096];

    public void Age()
    {
        Parallel.For(0, 64, row =>
        {
            for (var column = 0; column < 64; column++)
                cells[At(row, column)]++;
        });
    }

    private static int At(int row, int column) => row * 64 + column;
}

public sealed class TallyOfOwnRowOk
{
    private readonly int[] sums = new int[8];

    public void Sum(int[][] rows)
    {
        Parallel.For(0, 8, row =>
        {
            foreach (var value in rows[row])
                sums[row] += value;
        });
    }
}

public sealed class TallyOfOwnRangeOk
{
    private readonly int[] ages = new int[100];

    public void Age(int lanes)
    {
        var threads = new List<Thread>();
        for (var lane = 0; lane < lanes; lane++)
        {
            var from = lane * 10;
            var thread = new Thread(() => Age(from, from + 10));
            thread.Start();
            threads.Add(thread);
        }
        threads.ForEach(thread => thread.Join());
    }

    private void Age(int from, int to)
    {
        for (var i = from; i < to; i++)
            ages[i]++;
    }
}

public sealed class TallyOfEachItsOwnOk
{
    public int[] Count(byte[][] pages)
    {
        var total = new int[256];
        Parallel.ForEach(pages, page =>
        {
            var own = new int[256];
            foreach (var value in page)
                own[value]++;
            lock (total)
                for (var i = 0; i < own.Length; i++)
                    total[i] += own[i];
        });
        return total;
    }
}

public sealed class TakenNumberOk
{
    private readonly int[] slots = new int[1000];
    private int next;

    public void Fill() => Parallel.For(0, 1000, _ => slots[Interlocked.Increment(ref next) - 1]++);
}

public sealed class CountedByReferenceBad
{
    private int good, bad;

    public int Sort(string[] parts)
    {
        Parallel.ForEach(parts, part =>
        {
            if (part.Length > 3)
                Count(ref good);
            else
                Count(ref bad);
        });
        return good - bad;
    }

    private static void Count(ref int number) => number++;
//                                               ~~~~~~ THR3002
//                                               ~~~~~~ THR3002
}

public sealed class CountedAtomicallyByReferenceOk
{
    private int good;

    public int Sort(string[] parts)
    {
        Parallel.ForEach(parts, part => Count(ref good));
        return good;
    }

    private static void Count(ref int number) => Interlocked.Increment(ref number);
}

public sealed class CountedInALocalByReferenceOk
{
    private int start;

    public void Sort(string[] parts)
    {
        Parallel.ForEach(parts, part =>
        {
            var own = start;
            Count(ref own);
            Console.WriteLine(own);
        });
        start = 1;
    }

    private static void Count(ref int number) => number++;
}

public sealed class CapturedCountedByReferenceBad
{
    public int Sort(string[] parts)
    {
        var count = 0;
        Parallel.ForEach(parts, part => Add(ref count, part.Length));
        return count;
    }

    private static void Add(ref int number, int more) => number += more;
//                                                       ~~~~~~ THR3002
}

// A member of an element: of which one is not followed, even where the index is a constant.
public sealed class FN_MemberOfAnElementBad
{
    private struct Row { public int Seen; }

    public int Look(string[] parts)
    {
        var rows = new Row[1];
        Parallel.ForEach(parts, _ => rows[0].Seen++);
        return rows[0].Seen;
    }
}
