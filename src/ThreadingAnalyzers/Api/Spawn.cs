using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace ThreadingAnalyzers.Api;

/// <summary>A place where code is handed to another thread, to run beside the code that goes on here.</summary>
/// <param name="Kind">What runs it.</param>
/// <param name="Site">The call, creation or subscription that hands it over.</param>
/// <param name="Value">The delegate, as written.</param>
internal sealed record Spawn(SpawnKind Kind, IOperation Site, IOperation Value)
{
    private const string Constructor = ".ctor";

    /// <summary>Words without which no text starts a thread or a task of its own.</summary>
    private static readonly IReadOnlyList<string> Beginnings = ["Thread", "ThreadPool", "Run", "StartNew", "QueueUserWorkItem", "UnsafeQueueUserWorkItem", "Task", "new"];

    /// <summary>Whether the code has a word by which it may start a thread or a task; nearly all code is told apart by it, without binding it.</summary>
    public static bool MayBeIn(SyntaxNode code, CancellationToken cancellation) => Beginnings.Any(word => Words.In(code, word, cancellation).Any(MayBegin));

    /// <summary>Whether the word is such a one, and may start a thread or a task where it stands. Most texts that name tasks only return them, so that word counts where a task is constructed.</summary>
    private static bool MayBegin(SyntaxToken word) => word.ValueText switch
    {
        "Task" => word.Parent?.FirstAncestorOrSelf<SyntaxNode>(static node => node is not NameSyntax) is ObjectCreationExpressionSyntax,
        "new" => word.Parent is ImplicitObjectCreationExpressionSyntax { ArgumentList.Arguments: [{ Expression: var first }, ..] } && (first is AnonymousFunctionExpressionSyntax || Words.Has(first.SyntaxTree, "Thread", default)),
        var name => Beginnings.Contains(name),
    };

    /// <summary>Whether the operation hands work over, and which. A constructed Thread or Task counts: that is where its work is given.</summary>
    public static Spawn? Of(IOperation operation, KnownTypes types) => operation switch
    {
        IInvocationOperation call => Of(call, call.TargetMethod, call.Arguments, types),
        IObjectCreationOperation { Constructor: { } constructor } creation => Of(creation, constructor, creation.Arguments, types),
        IEventAssignmentOperation { Adds: true, EventReference: IEventReferenceOperation { Event: { } @event } } subscription
            when KindOf(types[@event.ContainingType], @event.Name) is { } kind => new Spawn(kind, subscription, subscription.HandlerValue),
        _ => null,
    };

    /// <summary>What hands the lambda or method group over, as it is written there; null where it goes elsewhere first, or nothing does.</summary>
    public static Spawn? Handing(IOperation code, KnownTypes types)
    {
        var value = code;
        while (value.Parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IArgumentOperation { Parent: { } site } argument => Of(site, types) is { } spawn && spawn.Value == argument.Value ? spawn : null,
            IEventAssignmentOperation subscription => Of(subscription, types),
            _ => null,
        };
    }

    /// <summary>Whether the parameter takes code that each thread of a parallel loop runs once, before its first item or behind its last.</summary>
    public static bool IsOncePerThread(IParameterSymbol? parameter) => parameter?.Name is "localInit" or "localFinally";

    /// <summary>Whether the method puts its delegate into the queue of the pool at once, where no option says otherwise.</summary>
    public static bool RunsOnPoolNow(IMethodSymbol method) => method.Name is "Run" or "StartNew" or "QueueUserWorkItem" or "UnsafeQueueUserWorkItem";

    private static Spawn? Of(IOperation site, IMethodSymbol method, IReadOnlyList<IArgumentOperation> arguments, KnownTypes types)
    {
        if (types[method.ContainingType] is var type and not KnownType.None && KindOf(type, method.Name) is { } kind
            && arguments.FirstOrDefault(argument => argument.Parameter?.Type.TypeKind == TypeKind.Delegate) is { } work)
            return new Spawn(kind, site, work.Value);
        return null;
    }

    /// <summary>The table: type, member, and what runs the member's one delegate.</summary>
    private static SpawnKind? KindOf(KnownType type, string member) => (type, member) switch
    {
        (KnownType.Thread, Constructor) => SpawnKind.Thread,
        (KnownType.Task or KnownType.TaskOfT, Constructor) => SpawnKind.Task,
        (KnownType.Task, "Run") => SpawnKind.Task,
        (KnownType.TaskFactory, "StartNew") => SpawnKind.Task,
        (KnownType.Task or KnownType.TaskOfT, "ContinueWith") => SpawnKind.Continuation,
        (KnownType.TaskFactory, "ContinueWhenAll" or "ContinueWhenAny") => SpawnKind.Continuation,
        (KnownType.ThreadPool, "QueueUserWorkItem" or "UnsafeQueueUserWorkItem") => SpawnKind.Pool,
        (KnownType.ThreadPool, "RegisterWaitForSingleObject" or "UnsafeRegisterWaitForSingleObject") => SpawnKind.Pool,
        (KnownType.Timer, Constructor) => SpawnKind.Timer,
        (KnownType.TimersTimer, "Elapsed") => SpawnKind.Timer,
        (KnownType.BackgroundWorker, "DoWork") => SpawnKind.Worker,
        _ => null,
    };
}
