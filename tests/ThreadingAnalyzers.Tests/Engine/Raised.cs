using System.Diagnostics;
using System.Text;

// Events that the framework raises on threads of its own.

public sealed class TwoStreamsOneTextBad
{
    public string Run(ProcessStartInfo info)
    {
        var text = new StringBuilder();
        using var process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => text.AppendLine(line.Data);
//                                                 ~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3010
        process.ErrorDataReceived += (_, line) => text.AppendLine(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return text.ToString();
    }
}

public sealed class OneStreamOk
{
    public string Run(ProcessStartInfo info)
    {
        var text = new StringBuilder("> ");
        using var process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => text.AppendLine(line.Data);
        text.Append(info.FileName);
        process.Start();
        process.BeginOutputReadLine();
        process.WaitForExit();
        text.AppendLine("end");
        return text.ToString();
    }
}

public sealed class TwoStreamsTwoTextsOk
{
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();

    public async Task<string> Run(Process process)
    {
        process.OutputDataReceived += (_, line) => output.AppendLine(line.Data);
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await process.WaitForExitAsync();
        return output.ToString() + errors;
    }
}

public sealed class TwoStreamsUnderLockOk
{
    private readonly List<string> lines = [];

    public List<string> Run(Process process)
    {
        process.OutputDataReceived += Note;
        process.ErrorDataReceived += Note;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return lines;
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        lock (lines)
            lines.Add(line.Data ?? "");
    }
}

public sealed class WatchedAndListedBad
{
    private readonly List<string> changed = [];
    private readonly FileSystemWatcher watcher;

    public WatchedAndListedBad(string folder)
    {
        watcher = new FileSystemWatcher(folder);
        watcher.Changed += (_, change) => changed.Add(change.FullPath);
//                                        ~~~~~~~~~~~~~~~~~~~~~~~~~~~~ THR3003
        watcher.EnableRaisingEvents = true;
    }

    public IEnumerable<string> Sorted() => changed.Order().ToList();
}

// One watcher raises one event after the other.
public sealed class WatchedTwiceOk
{
    private readonly List<string> changed = [];
    private readonly FileSystemWatcher watcher;

    public WatchedTwiceOk(string folder)
    {
        watcher = new FileSystemWatcher(folder);
        watcher.Created += (_, change) => changed.Add(change.FullPath);
        watcher.Deleted += (_, change) => changed.Remove(change.FullPath);
        watcher.EnableRaisingEvents = true;
    }
}

// Two members start one process by way of the same code, which prepares the buffer before anything is raised.
public sealed class RaisedAfterPreparedOk
{
    private readonly StringBuilder output = new();
    private System.Diagnostics.Process? process;

    public string Execute(string script)
    {
        Begin();
        process!.StandardInput.WriteLine(script);
        lock (output)
            return output.ToString();
    }

    public void Begin()
    {
        if (process is not null)
            return;
        process = System.Diagnostics.Process.Start("sh")!;
        output.Clear();
        process.OutputDataReceived += OnOutput;
        process.BeginOutputReadLine();
    }

    private void OnOutput(object sender, System.Diagnostics.DataReceivedEventArgs e)
    {
        lock (output)
            output.AppendLine(e.Data);
    }
}
