using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Ownership;
using ThreadingAnalyzers.Concurrency.Threads;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// A timer's callback that sets the timer going again, while another thread may dispose it: Dispose does not wait for the
/// callback, and Change of a disposed timer throws. Source: the .NET reference, Timer.Dispose ("Callbacks can occur after the Dispose() method overload has been called").
/// </summary>
public sealed class TimerUsedAfterDispose() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2013", since: "1.0", Category.Pools, DiagnosticSeverity.Info,
        title: "A callback should not set a timer going that may be disposed",
        message: "The callback sets '{0}' going again, which line {1} may dispose at the same time: 'Dispose' does not wait for the callback, and a disposed timer throws 'ObjectDisposedException'; do both under one lock, or catch the exception",
        why: "Dispose of a timer returns while a callback may still run, or is about to. A callback that then sets the timer going again uses a disposed object; the exception is nobody's and ends the process.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(action => Judge(action, types), OperationKind.Invocation);

    private static void Judge(OperationAnalysisContext action, KnownTypes types)
    {
        var change = (IInvocationOperation)action.Operation;
        if (types[change.TargetMethod.ContainingType] != KnownType.Timer || !PoolMembers.StartsTimer(change) || Field(change) is not { } field || IsGuarded(change))
            return;
        foreach (var use in MemberUses.Of(field, action.Compilation, action.CancellationToken) ?? [])
        {
            if (Creation(use) is not { } made || types[made.Type] != KnownType.Timer || Spawn.Of(made, types) is not { } spawn || Work.Of(spawn.Value) is not { } work
                || (work.Body ?? Models.BodyOf(work.Method, action.Compilation, action.CancellationToken)) is not { } callback)
                continue;
            var bodies = Worker.With(callback, field.ContainingType, action.Compilation, action.CancellationToken);
            if (!IsIn(bodies, change))
                continue;
            var dispose = Custody.Of(made, Obligation.OfTimer(made.Type!), action.Compilation, action.CancellationToken).Ends
                .FirstOrDefault(end => end is IInvocationOperation { Arguments.IsEmpty: true } call && PoolMembers.DisposesAtOnce(call.TargetMethod) && !IsIn(bodies, end));
            if (dispose is null)
                continue;
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, change.Syntax.GetLocation(), [dispose.Syntax.GetLocation()], field.Name, dispose.Syntax.Line()));
            return;
        }
    }

    /// <summary>The field that holds the timer.</summary>
    private static IFieldSymbol? Field(IInvocationOperation call) => (call.Instance?.Unconverted() is IConditionalAccessInstanceOperation access ? access.Receiver() : call.Instance?.Unconverted()) is IFieldReferenceOperation reference ? reference.Field.OriginalDefinition : null;

    /// <summary>The creation that the field is given where it is named so.</summary>
    private static IObjectCreationOperation? Creation(IOperation use) => use switch
    {
        IFieldInitializerOperation initializer => initializer.Value.Unconverted() as IObjectCreationOperation,
        { Parent: IAssignmentOperation assignment } when assignment.Target == use => assignment.Value.Unconverted() as IObjectCreationOperation,
        _ => null,
    };

    private static bool IsIn(IReadOnlyList<IOperation> bodies, IOperation operation) => bodies.Any(body => body.Syntax.SyntaxTree == operation.Syntax.SyntaxTree && body.Syntax.Span.Contains(operation.Syntax.Span));

    /// <summary>Whether a lock is held here, or an exception is caught.</summary>
    private static bool IsGuarded(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
            if (current is ILockOperation or ITryOperation { Catches.IsEmpty: false })
                return true;
        return false;
    }
}
