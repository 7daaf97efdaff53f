using System.Collections.Immutable;

namespace ThreadingAnalyzers.Workbench.Peers;

/// <summary>Where a rule of ours and its nearest peers differ in kind, one line each; a rule that is missing differs in the cases only, or has no peer.</summary>
internal static class Differences
{
    private static readonly ImmutableDictionary<string, string> Lines = ImmutableDictionary.CreateRange(new Dictionary<string, string>
    {
        ["THR1002"] = "PH_S004 asks that a thread is kept; ours also lets background threads pass, and threads whose end is waited for by a signal",
        ["THR1009"] = "ParallelChecker follows the threads one by one, from their starts on",
        ["THR1015"] = "PH_S007 forbids every start in a constructor; ours reports what the thread reads before it is assigned",
        ["THR1016"] = "The peers forbid async void altogether, also where it does no harm to a thread; what they find is the same",
        ["THR1022"] = "The peers see an object that is dropped at once; ours also one in a local or a field",
        ["THR1024"] = "The peers forbid async void altogether; ours lets a callback pass that catches what it throws",
        ["THR2001"] = "CA2000 asks for Dispose on each path; ours knows what ends a pool, and reports on no owner that ends it otherwise",
        ["THR2002"] = "CA2213 and CA1001 ask for Dispose; ours follows how the pool is ended. Their reports on allowed cases are often about the queue within the sample's pool",
        ["THR2010"] = "CA2000 asks for Dispose of every timer; ours is about the timer that the garbage collector takes while it should run",
        ["THR2011"] = "CA1001 and S2931 see the type, not whether the timer runs or who stops it",
        ["THR2014"] = "The peers see no registration that is dropped",
        ["THR3001"] = "ParallelChecker simulates runs of the program: it finds more where the whole program is in sight, and gives up where the runs are many. S2696 sees static fields only",
        ["THR3002"] = "ParallelChecker simulates runs of the program; PH_S010 sees writes in parallel loops only",
        ["THR3003"] = "ParallelChecker knows a list of types and simulates runs of the program",
        ["THR3004"] = "PH_B003 and PH_B010 compare the accesses of one class; ours asks whether two threads meet there, and knows locks other than Monitor",
        ["THR3005"] = "ParallelChecker has to reach both accesses from one entry point",
        ["THR3007"] = "PH_S027 sees a return statement within the lock",
        ["THR3010"] = "ParallelChecker knows a list of types and simulates runs of the program",
        ["THR3011"] = "ParallelChecker has no rule of its own for it, and finds the race that follows",
        ["THR3012"] = "S2696 forbids the write wherever the member stands; the others do not know which code serves requests",
        ["THR3016"] = "VSTHRD010 reads the types and the main thread's methods from files that come with Visual Studio's SDK; without them it is silent",
        ["THR4001"] = "MA0064 and RCS1059 see what ours sees; CA2002 and S2551 see this and typeof only, but also in types that nobody outside reaches",
        ["THR4003"] = "S6507 forbids every local, S2445 every new object; ours also sees boxed values and members that create",
        ["THR4004"] = "The peers ask for readonly; ours reports an assignment that comes while others may hold the lock. Who wants every lock field readonly should take S2445",
        ["THR4005"] = "CA2002 and S3998 forbid objects that may cross processes; ours those with a lock of their own",
        ["THR4014"] = "PH_P006 forbids Monitor.Enter; ours reports where a lock statement says the same",
        ["THR4017"] = "The peers ask for readonly; PH_S003 alone is about the assignment under the lock, and sees it in a lock statement",
        ["THR6001"] = "PH_P002 finds the same; it does not see an outer loop that comes back to the test",
        ["THR6003"] = "PH_S016 finds the same; it does not ask whether the conditions differ",
        ["THR6006"] = "PH_B005 asks for a change where the pulse is, ours for the lock around the change",
        ["THR7001"] = "PH_B006 sees += and ++ on the field",
        ["THR7003"] = "ParallelChecker reports the race with the plain read",
        ["THR7005"] = "ParallelChecker reports every race, torn or not",
        ["THR7006"] = "ParallelChecker reports every race on the flag, also a harmless one",
        ["THR7007"] = "PH_B010 sees a field that is read outside of the lock, which a right double check does too",
        ["THR8001"] = "PH_B007 sees two calls in one method; ours asks whether the second relies on the first, and whether the collection is shared",
        ["THR9001"] = "The peers forbid async void altogether; what they find is the same",
        ["THR9002"] = "PH_S014 forbids it also where the inner task is unwrapped or awaited; AsyncFixer05 sees a task that is assigned or awaited",
        ["THR9004"] = "VSTHRD110 and MA0134 find the same, and are on by default, ours is off",
        ["THR9005"] = "The peers see a task that is returned or left within a using; ours also threads and work of the pool",
        ["THR9006"] = "PH_S022 forbids every lock in a parallel loop; ours reports a body that is nothing else",
        ["THR9007"] = "VSTHRD002 and S4462 forbid every wait for a task; ours reports waits on threads of the pool for work of the pool",
        ["THR9008"] = "PH_S029 sees ThreadLocal, ours also ThreadStatic",
        ["THR9010"] = "CA2000 finds the same, and asks for Dispose also where the values hold no resource",
    });

    /// <summary>The rules that have a line.</summary>
    public static IEnumerable<string> Rules => Lines.Keys;

    /// <summary>The line for a rule, or nothing.</summary>
    public static string Of(string rule) => Lines.GetValueOrDefault(rule, "");
}
