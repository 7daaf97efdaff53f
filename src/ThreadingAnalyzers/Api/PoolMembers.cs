using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>How pools of threads are called in libraries, and by which members pools, queues and timers are used and brought to their end. Their names are the convention.</summary>
internal static class PoolMembers
{
    private const int Minute = 60_000;

    /// <summary>The best first: what only ends comes before what also disposes, what waits before what only asks.</summary>
    private static readonly ImmutableArray<string> EndWords = ImmutableArray.Create(
        "Shutdown", "ShutDown", "StopAndWait", "Stop", "Terminate", "Quit", "Close", "Dispose", "DisposeAsync", "TryComplete", "Complete", "CompleteAdding", "Finish", "Exit", "Join", "WaitForExit", "AwaitTermination", "Kill", "Cancel", "Abort", "End", "Drain");

    private static readonly int LastToClose = EndWords.IndexOf("CompleteAdding");

    private static readonly ImmutableArray<string> Openings = ImmutableArray.Create("Start", "Restart", "Open", "Reopen", "Reset", "Init", "Initialize", "Resume", "Begin");

    /// <summary>What a type that can be brought to its end offers for it.</summary>
    private static readonly ImmutableHashSet<string> Offered = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Shutdown", "ShutdownAsync", "ShutDown", "ShutDownAsync", "Stop", "StopAsync", "StopAll", "StopAndWait", "Terminate", "TerminateAsync", "Quit", "Close", "CloseAsync", "Complete", "CompleteAsync", "CompleteAdding", "Join", "WaitForExit", "Dispose", "DisposeAsync");

    private static readonly ImmutableHashSet<string> Known = ImmutableHashSet.Create(StringComparer.Ordinal,
        "Amib.Threading.SmartThreadPool", "Helios.Concurrency.DedicatedThreadPool", "Nito.AsyncEx.AsyncContextThread", "System.Reactive.Concurrency.EventLoopScheduler",
        "System.Threading.Tasks.Schedulers.QueuedTaskScheduler", "System.Threading.Tasks.Schedulers.StaTaskScheduler", "System.Threading.Tasks.Schedulers.ThreadPerTaskScheduler");

    private static readonly ImmutableArray<string> Suffixes = ImmutableArray.Create("ThreadPool", "WorkerPool", "ThreadPoolExecutor", "WorkerThread", "WorkerThreads");

    private static readonly ImmutableArray<string> Submissions = ImmutableArray.Create(
        "Submit", "Enqueue", "Queue", "Post", "Add", "TryAdd", "Execute", "Schedule", "Dispatch", "Push", "Run", "Invoke", "BeginInvoke", "Send", "SendAsync", "Write", "WriteAsync", "TryWrite", "TryEnqueue", "TryPost");

    /// <summary>Whether the method ends the object that it is called on: its first word says so.</summary>
    public static bool Ends(IMethodSymbol method) => method is { IsStatic: false, MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation } && Rank(method) >= 0;

    /// <summary>The place among the members that end an object, the best first; -1 for another one.</summary>
    public static int Rank(IMethodSymbol method) => Rank(method.Name.Substring(method.Name.LastIndexOf('.') + 1));

    /// <summary>Whether a method called so may end an object.</summary>
    public static bool MayEnd(string name) => Rank(name) >= 0;

    /// <summary>Whether a method called so may give an object work.</summary>
    public static bool MaySubmit(string name) => Submissions.Any(word => name == word || BeginsWith(name, word));

    private static int Rank(string name)
    {
        var exact = EndWords.IndexOf(name);
        return exact >= 0 ? exact : EndWords.Any(word => BeginsWith(name, word)) ? EndWords.Length : -1;
    }

    /// <summary>Whether the object takes no more work after the call; who joins or cancels may go on.</summary>
    public static bool Closes(IMethodSymbol method) => Ends(method) && method.Parameters.Length <= 1 && Rank(method) <= LastToClose;

    /// <summary>Whether the method sets the object going again.</summary>
    public static bool Restarts(IMethodSymbol method) => Openings.Any(word => method.Name == word || BeginsWith(method.Name, word));

    /// <summary>Whether others can end the object by this method.</summary>
    public static bool IsOffered(IMethodSymbol method) => method is { IsStatic: false, MethodKind: MethodKind.Ordinary or MethodKind.ExplicitInterfaceImplementation }
        && (method.DeclaredAccessibility is not (Accessibility.Private or Accessibility.Protected) || method.MethodKind == MethodKind.ExplicitInterfaceImplementation)
        && method.Parameters.Length <= 2 && Offered.Contains(method.Name.Substring(method.Name.LastIndexOf('.') + 1));

    /// <summary>Whether a type of which the source is not seen owns threads, by its name: a few known ones, and what calls itself a pool of threads.</summary>
    public static bool IsPool(INamedTypeSymbol type, KnownTypes types) =>
        type.ContainingNamespace is { } scope && Known.Contains(scope.ToDisplayString() + "." + type.Name)
        || Suffixes.Any(suffix => type.Name.EndsWith(suffix, StringComparison.Ordinal)) && types[type] == KnownType.None
        || types[type] != KnownType.TaskScheduler && types.Is(type, KnownType.TaskScheduler);

    /// <summary>Whether the method is one by which the thread pool of a program is told what to run.</summary>
    public static bool Submits(IMethodSymbol method) => method is { IsStatic: false, MethodKind: MethodKind.Ordinary }
        && MaySubmit(method.Name) && method.Parameters.Length > 0;

    /// <summary>Whether the parameter of a member that ends an object asks if it shall wait for the end.</summary>
    public static bool AsksToWait(IParameterSymbol parameter) => parameter.Name.StartsWith("wait", StringComparison.OrdinalIgnoreCase) || parameter.Name is "join" or "graceful" or "block";

    /// <summary>Whether the type's objects can be disposed: by <c>using</c>, or by <c>await using</c>.</summary>
    public static bool IsDisposable(ITypeSymbol type, bool isAsync) => type.AllInterfaces.Prepend(type as INamedTypeSymbol).Any(implemented =>
        implemented is not null && (isAsync ? implemented is { Name: "IAsyncDisposable", ContainingNamespace.Name: "System" } : implemented.SpecialType == SpecialType.System_IDisposable));

    /// <summary>Whether the method disposes its object.</summary>
    public static bool Disposes(IMethodSymbol method) => Disposes(method.Name);

    /// <summary>Whether the method disposes its object and waits for nothing.</summary>
    public static bool DisposesAtOnce(IMethodSymbol method) => method is { Name: "Dispose", Parameters.IsEmpty: true };

    /// <summary>Whether the method closes what it is called on, as Dispose does.</summary>
    public static bool ClosesHandle(IMethodSymbol method) => method is { Name: "Close", Parameters.IsEmpty: true };

    /// <summary>Whether a method called so disposes its object.</summary>
    public static bool Disposes(string name) => name is "Dispose" or "DisposeAsync" or "System.IDisposable.Dispose";

    /// <summary>Whether what a method called so ends may begin again.</summary>
    public static bool MayRestart(string name) => name.StartsWith("Stop", StringComparison.Ordinal);

    /// <summary>Whether the method is that of the dispose pattern which is told if it may use other objects.</summary>
    public static bool DisposesIf(IMethodSymbol method) => method is { Name: "Dispose", Parameters: [{ Type.SpecialType: SpecialType.System_Boolean }] };

    /// <summary>Whether the use of a timer makes it fire no more: it is disposed, stopped, or told to wait for ever.</summary>
    public static bool EndsTimer(IOperation use) => use switch
    {
        IInvocationOperation { TargetMethod.Name: "Dispose" or "DisposeAsync" or "Stop" or "Close" } => true,
        IInvocationOperation { TargetMethod.Name: "Change", Arguments: [var due, ..] } => IsNever(due.Value),
        IPropertyReferenceOperation { Property.Name: "Enabled", Parent: ISimpleAssignmentOperation assignment } => assignment.Value.ConstantValue is not { HasValue: true, Value: true },
        IUsingOperation or IUsingDeclarationOperation => true,
        _ => false,
    };

    /// <summary>Whether the use of a timer sets it going, again or anew.</summary>
    public static bool StartsTimer(IOperation use) => use switch
    {
        IInvocationOperation { TargetMethod.Name: "Start" } => true,
        IInvocationOperation { TargetMethod.Name: "Change", Arguments: [var due, ..] } => !IsNever(due.Value),
        IPropertyReferenceOperation { Property.Name: "Enabled", Parent: ISimpleAssignmentOperation { Value.ConstantValue: { HasValue: true, Value: true } } } => true,
        _ => false,
    };

    /// <summary>Whether the value is the time that is never over.</summary>
    public static bool IsNever(IOperation time) => time.Unconverted() switch
    {
        { ConstantValue: { HasValue: true, Value: -1 or -1L or uint.MaxValue } } => true,
        IFieldReferenceOperation field => Waiting.IsInfinite(field.Field),
        IInvocationOperation { TargetMethod.Name: "FromMilliseconds", Arguments: [{ Value.ConstantValue: { HasValue: true, Value: -1 or -1d or -1L } }, ..] } => true,
        IObjectCreationOperation { Arguments: [.., { Value.ConstantValue: { HasValue: true, Value: -1 } }] parts } => parts.Take(parts.Length - 1).All(part => part.Value.ConstantValue is { HasValue: true, Value: 0 }),
        _ => false,
    };

    /// <summary>Whether a timer with that period fires once: zero means it as well as never.</summary>
    public static bool IsNoPeriod(IOperation period) => IsNever(period) || period.Unconverted() switch
    {
        { ConstantValue: { HasValue: true, Value: 0 or 0L or 0u } } => true,
        IFieldReferenceOperation field => Waiting.IsZero(field.Field),
        _ => false,
    };

    /// <summary>Whether a timer with that period fires again after a minute or more, so not while its callback only computes.</summary>
    public static bool IsLongPeriod(IOperation period) => period.Unconverted() switch
    {
        { ConstantValue: { HasValue: true, Value: int or long or double } milliseconds } => Convert.ToDouble(milliseconds.Value) >= Minute,
        IInvocationOperation { TargetMethod: { Name: "FromMinutes" or "FromHours" or "FromDays", ContainingType.Name: "TimeSpan" } } => true,
        _ => false,
    };

    /// <summary>Whether the framework's parameter or property takes a scheduler to run work on, whose end stays with who made it.</summary>
    public static bool Borrows(ISymbol? taker, KnownTypes types) => taker is not null && types[Values.TypeOf(taker)] == KnownType.TaskScheduler && taker.ContainingAssembly?.Name.StartsWith("System.", StringComparison.Ordinal) == true;

    private static bool BeginsWith(string name, string word) =>
        name.StartsWith(word, StringComparison.Ordinal) && name.Length > word.Length && !char.IsLower(name[word.Length]);
}
