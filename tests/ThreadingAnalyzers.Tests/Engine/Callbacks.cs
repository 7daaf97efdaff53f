using System.Net.Sockets;

// Operations that call back on a thread of the pool when they have ended.

public sealed class RadioBad(Socket socket)
{
    private readonly Queue<byte> heard = new();
    private readonly byte[] buffer = new byte[1];

    public void Listen() => socket.BeginReceive(buffer, 0, 1, SocketFlags.None, Received, null);

    public byte Next() => heard.Count > 0 ? heard.Dequeue() : (byte)0;

    private void Received(IAsyncResult result)
    {
        socket.EndReceive(result);
        heard.Enqueue(buffer[0]);
//      ~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
        Listen();
    }
}

public static class RadioInOneBodyBad
{
    public static List<int> Hear(Stream stream)
    {
        var heard = new List<int>();
        stream.BeginRead(new byte[1], 0, 1, result => heard.Add(stream.EndRead(result)), null);
//                                                    ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
        heard.Add(0);
        return heard;
    }
}

public sealed class RadioWrappedBad(Stream stream)
{
    private readonly List<int> heard = [];

    public void Listen() => Begin(new byte[1], _ => heard.Add(1));
//                                                  ~~~~~~~~~~~~ THR3003

    public int Sum() => heard.Sum();

    private void Begin(byte[] buffer, AsyncCallback heard) => stream.BeginRead(buffer, 0, buffer.Length, heard, null);
}

public sealed class RadioOk(Socket socket)
{
    private readonly Queue<byte> heard = new();
    private readonly byte[] buffer = new byte[1];

    public void Listen() => socket.BeginReceive(buffer, 0, 1, SocketFlags.None, Received, null);

    public byte Next()
    {
        lock (heard)
            return heard.Count > 0 ? heard.Dequeue() : (byte)0;
    }

    private void Received(IAsyncResult result)
    {
        socket.EndReceive(result);
        lock (heard)
            heard.Enqueue(buffer[0]);
        Listen();
    }
}

/// <summary>One read after the other, by one stream.</summary>
public sealed class RadioInTurnOk(Stream stream)
{
    private readonly List<int> heard = [];
    private readonly byte[] buffer = new byte[1];

    public void Start()
    {
        heard.Clear();
        stream.BeginRead(buffer, 0, 1, Read, null);
    }

    private void Read(IAsyncResult result)
    {
        var count = stream.EndRead(result);
        heard.Add(count);
        if (count > 0)
            stream.BeginRead(buffer, 0, 1, Read, null);
    }
}

public static class RadioWaitedForOk
{
    public static int Hear(Stream stream)
    {
        var heard = new List<int>();
        using var done = new ManualResetEvent(false);
        stream.BeginRead(new byte[1], 0, 1, result =>
        {
            heard.Add(stream.EndRead(result));
            done.Set();
        }, null);
        done.WaitOne();
        heard.Add(0);
        return heard.Count;
    }
}

public sealed class LighthouseBad
{
    private readonly object gate = new();
    private readonly List<string> ships = [];
    private readonly Timer timer;

    public LighthouseBad() => timer = new Timer(_ => Look(), null, 0, 1000);

    public IReadOnlyList<string> Ships => ships;
//                                        ~~~~~ THR3007

    public void Stop() => timer.Dispose();

    private void Look()
    {
        lock (gate)
        {
            ships.Clear();
            ships.Add("one");
        }
    }
}

public sealed class LighthouseOk
{
    private readonly object gate = new();
    private readonly List<string> ships = [];
    private readonly Timer timer;

    public LighthouseOk() => timer = new Timer(_ => Look(), null, 0, 1000);

    public IReadOnlyList<string> Ships
    {
        get
        {
            lock (gate)
                return ships.ToArray();
        }
    }

    public void Stop() => timer.Dispose();

    private void Look()
    {
        lock (gate)
        {
            ships.Clear();
            ships.Add("one");
        }
    }
}
