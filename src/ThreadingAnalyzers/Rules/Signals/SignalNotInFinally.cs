using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Background;
using ThreadingAnalyzers.Concurrency.Signals;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>
/// Work in the background that tells its end by a signal, and not when it throws, while somebody waits for that signal without
/// a timeout. Source: the .NET reference, CountdownEvent; "Parallel Programming with .NET", pfxteam.
/// </summary>
public sealed class SignalNotInFinally() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR6007", since: "1.0", Category.Signals, DiagnosticSeverity.Warning,
        title: "A signal that somebody waits for should be given when the work fails, too",
        message: "When '{1}' at line {2} throws, '{0}' is not {3}, and the wait at line {4} never ends: {5}",
        why: "An exception in a task is kept in the task, and one that is caught is over. Who waits for a signal learns of neither: the signal behind the work is skipped, and the wait never ends.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (!SignalMembers.TellsEnd(call.TargetMethod, types) || call.Parent is not IExpressionStatementOperation { Parent: IBlockOperation block } || SignalLife.Of(call, types) is not { } named)
            return;
        var function = call.Function();
        var scope = Scope(block, function);
        if (scope is null || scope is not ITryOperation && !new BackgroundCode(types, action.Compilation, action.CancellationToken).KeepsExceptions(function))
            return;
        if (FirstThrower(call, scope) is not { } thrower || SignalLife.Of(named, types, action.Compilation, action.CancellationToken) is not { Leaves: false, IsOpaque: false, IsOwn: true } life
            || IsSetOtherwise(call, life, types) || scope is ITryOperation caught && (IsSetIn(caught, life, types) || IsTriedAgain(caught, call, types)) || Waiter(life, types) is not { } waiter)
            return;
        var isPromise = types[life.Values[0].Type] == KnownType.TaskCompletionSource;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [thrower.Syntax.GetLocation(), waiter.Syntax.GetLocation()],
            named.Syntax, Name(thrower), thrower.Syntax.Line(), isPromise ? "completed" : "signalled", waiter.Syntax.Line(), isPromise ? "set the exception in a 'catch'" : "signal in a 'finally'"));
    }, OperationKind.Invocation);

    /// <summary>What the signal is a direct part of: the function, or a try in it that swallows exceptions; null for what is nested otherwise.</summary>
    private static IOperation? Scope(IBlockOperation block, IOperation function)
    {
        IOperation inner = block;
        for (var current = block.Parent; current is not null; inner = current, current = current.Parent)
        {
            switch (current)
            {
                case ITryOperation @try: return @try.Body == inner && @try.Finally is null && @try.Catches.Any(Swallows) ? @try : null;
                case IMethodBodyOperation or IAnonymousFunctionOperation or ILocalFunctionOperation: return function;
                case IBlockOperation or IUsingOperation: continue;
                default: return null;
            }
        }
        return null;
    }

    /// <summary>Whether the handler takes the exceptions that it is for and goes on; that it is there shows that they come.</summary>
    private static bool Swallows(ICatchClauseOperation handler) => handler.Filter is null
        && !handler.Handler.Descendants().Any(operation => operation is IThrowOperation or IReturnOperation { ReturnedValue: not null });

    private static IOperation? FirstThrower(IInvocationOperation signal, IOperation scope) => (scope is ITryOperation @try ? @try.Body : scope).OwnOperations()
        .Where(operation => operation != signal && operation.Syntax.Span.End <= signal.Syntax.Span.End && Fails(operation, depth: 2) && !IsHandled(operation, scope))
        .OrderBy(operation => operation.Syntax.SpanStart).FirstOrDefault();

    /// <summary>
    /// Whether the operation may well throw: what leaves the program (I/O, an await, foreign code behind a delegate or an
    /// interface), or a method that does such a thing or throws itself. A throw at hand is a check of the caller's.
    /// </summary>
    private static bool Fails(IOperation operation, int depth) => operation switch
    {
        IThrowOperation => false,
        IInvocationOperation { TargetMethod: { IsAbstract: false, MethodKind: MethodKind.Ordinary or MethodKind.LocalFunction or MethodKind.ReducedExtension } method } call
            when call.SemanticModel is { } model && Work.BodyOf(method, model) is { } body =>
            depth > 0 && body.Descendants().Any(inner => inner is IThrowOperation || Fails(inner, depth - 1)),
        // Of another file the text is all there is.
        IInvocationOperation { TargetMethod: { IsAbstract: false, DeclaringSyntaxReferences: [var elsewhere] } } =>
            elsewhere.GetSyntax().DescendantNodes().Any(node => node is ThrowStatementSyntax or ThrowExpressionSyntax or AwaitExpressionSyntax or UsingStatementSyntax),
        _ => operation.Syntax.Parent is not (ThrowStatementSyntax or ThrowExpressionSyntax) && Throwing.MayThrow(operation),
    };

    /// <summary>Whether a handler between takes the exception, so that the code goes on to the signal.</summary>
    private static bool IsHandled(IOperation thrower, IOperation scope)
    {
        for (IOperation inner = thrower, current = thrower.Parent!; current is not null && current != scope; inner = current, current = current.Parent!)
            if (current is ITryOperation { Catches.IsEmpty: false } @try && @try.Body == inner)
                return true;
        return false;
    }

    /// <summary>Whether a loop comes back to the try, and so to the signal, unless each round has one to give.</summary>
    private static bool IsTriedAgain(ITryOperation @try, IInvocationOperation signal, KnownTypes types)
    {
        if (types[signal.TargetMethod.ContainingType] is KnownType.CountdownEvent or KnownType.Barrier)
            return false;
        for (var current = @try.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILoopOperation)
                return true;
        return false;
    }

    /// <summary>Whether other code sets the signal in its stead: only of countdowns and barriers each must be given.</summary>
    private static bool IsSetOtherwise(IInvocationOperation signal, SignalLife life, KnownTypes types) =>
        types[signal.TargetMethod.ContainingType] is not (KnownType.CountdownEvent or KnownType.Barrier) && life.Settings.Any(other => other.Syntax != signal.Syntax);

    private static bool IsSetIn(ITryOperation @try, SignalLife life, KnownTypes types) => @try.Catches.Any(handler => life.Settings.Any(setting => handler.Syntax.Span.Contains(setting.Syntax.Span)));

    /// <summary>Who waits for the signal without a timeout; null where nobody does, or where somebody waits for a time and so is prepared.</summary>
    private static IOperation? Waiter(SignalLife life, KnownTypes types)
    {
        if (life.Calls.Any(call => SignalMembers.Waits(call.TargetMethod, types) && !SignalMembers.WaitsForEver(call.TargetMethod, types)))
            return null;
        return (IOperation?)life.Calls.FirstOrDefault(call => SignalMembers.WaitsForEver(call.TargetMethod, types))
            ?? life.Reads.Where(read => SignalMembers.IsPromise(read.Property, types)).FirstOrDefault(read => read.Parent is IReturnOperation or IAwaitOperation || read.Parent is { } parent && SignalLife.WaitedFor(parent, types) is not null);
    }

    private static string Name(IOperation thrower) => thrower switch
    {
        IInvocationOperation { TargetMethod: { MethodKind: not MethodKind.DelegateInvoke } method } => method.Name,
        IInvocationOperation call => call.Instance?.Syntax.ToString() ?? "the delegate",
        IAwaitOperation { Operation: IInvocationOperation { TargetMethod: var awaited } } => awaited.Name,
        IAwaitOperation => "await",
        _ => "throw",
    };
}
