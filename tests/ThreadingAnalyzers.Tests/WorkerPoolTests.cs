using System.Collections.Concurrent;
using Tutorial;

namespace ThreadingAnalyzers.Tests;

/// <summary>The tutorial's pool keeps what its documentation promises: readers copy it.</summary>
public sealed class WorkerPoolTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public void Work_runs_on_the_pool_s_own_named_threads_and_no_others()
    {
        var names = new ConcurrentBag<string?>();
        using (var pool = new WorkerPool(3, "baker"))
            for (var i = 0; i < 100; i++)
                pool.Submit(() => names.Add(Thread.CurrentThread.Name));
        Assert.Equal(100, names.Count);
        Assert.Subset(new HashSet<string?> { "baker 1", "baker 2", "baker 3" }, names.ToHashSet());
    }

    [Fact]
    public async Task As_many_works_run_at_once_as_there_are_threads()
    {
        using var pool = new WorkerPool(4);
        using var meeting = new Barrier(4);
        var works = Enumerable.Range(0, 4).Select(_ => pool.Submit(() => Assert.True(meeting.SignalAndWait(Limit)))).ToList();
        await Task.WhenAll(works).WaitAsync(Limit);
    }

    [Fact]
    public async Task Work_that_throws_tells_its_submitter_and_leaves_the_thread_alive()
    {
        using var pool = new WorkerPool(1);
        var failing = pool.Submit(() => throw new FormatException("no number"));
        var next = pool.Submit(() => { });
        await next.WaitAsync(Limit);
        Assert.Equal("no number", (await Assert.ThrowsAsync<FormatException>(() => failing)).Message);
    }

    [Fact]
    public async Task Shutdown_refuses_further_work_and_finishes_the_work_before()
    {
        var done = 0;
        using var pool = new WorkerPool(2);
        for (var i = 0; i < 50; i++)
            _ = pool.Submit(() => { Thread.Sleep(1); Interlocked.Increment(ref done); });
        pool.Shutdown(wait: false);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.Submit(() => { }));
        pool.Shutdown(wait: true);
        Assert.Equal(50, done);
    }

    [Fact]
    public void Shutdown_may_be_called_from_many_threads_and_often()
    {
        var pool = new WorkerPool(2);
        Parallel.For(0, 16, i => pool.Shutdown(wait: i % 2 == 0));
        pool.Dispose();
        pool.Dispose();
    }

    [Fact]
    public async Task A_worker_that_would_wait_for_itself_is_told_so()
    {
        using var pool = new WorkerPool(1);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.Submit(() => pool.Shutdown(wait: true)).WaitAsync(Limit));
        await pool.Submit(() => pool.Shutdown(wait: false)).WaitAsync(Limit);
        await Assert.ThrowsAsync<InvalidOperationException>(() => pool.Submit(() => { }));
    }

    [Theory, InlineData(0), InlineData(-1)]
    public void A_pool_has_a_thread_at_least(int workers) => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(workers));
}
