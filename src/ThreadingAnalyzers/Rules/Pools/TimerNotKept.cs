using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>
/// A System.Threading.Timer that nothing refers to any more while it is to go on: dropped, or held by a local that is not used
/// again. Source: the .NET reference, System.Threading.Timer, remarks ("As long as you are using a Timer, you must keep a reference to it").
/// </summary>
public sealed class TimerNotKept() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR2010", since: "1.0", Category.Pools, DiagnosticSeverity.Warning,
        title: "A running timer should be kept where it can be reached",
        message: "The timer that runs '{0}' {1}, so the garbage collector may take it at any time and it stops without a word: keep it in a field and dispose it when it is over",
        why: "A timer does not keep itself alive: when nothing refers to it any more, the next garbage collection ends it, though it is due and active. In a debug build it works, and in production it stops after a while.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var made = action.Operation;
        if (Timers.Callback(made, types) is { } callback && Loss(made, types) is { } loss)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, Timers.PlaceOf(made), Work.Of(callback)?.Name ?? callback.Unconverted().Syntax.ToString(), loss));
    }, OperationKind.ObjectCreation, OperationKind.Invocation);

    /// <summary>How the timer is lost, as the message says it; null where something refers to it.</summary>
    private static string? Loss(IOperation made, KnownTypes types)
    {
        var value = made;
        while (value.Parent is IConversionOperation or IParenthesizedOperation)
            value = value.Parent;
        return value.Parent switch
        {
            IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } => "is kept nowhere",
            IInvocationOperation { Parent: IExpressionStatementOperation } call when call.Instance == value && Timers.Arms(call.TargetMethod, types) => "is kept nowhere",
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: { RefKind: RefKind.None } local } declarator } => Loss(local, declarator, types),
            ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local }, Parent: IExpressionStatementOperation } assignment => Loss(local, assignment, types),
            _ => null,
        };
    }

    private static string? Loss(ILocalSymbol local, IOperation given, KnownTypes types)
    {
        if (local.IsUsing || IsOfUsing(given))
            return null;
        var uses = given.Root().DescendantsAndSelf().OfType<ILocalReferenceOperation>().Where(use => use.Names(local)).ToList();
        // Armed right where it is made, or given another value: no reference outlasts that.
        return uses.All(use => use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use && use.Function() == given.Function()
                || use.Parent is IInvocationOperation call && call.Instance == use && Timers.Arms(call.TargetMethod, types) && IsNext(call, given))
            ? $"is held by the local '{local.Name}' only, which is not used again"
            : null;
    }

    private static bool IsOfUsing(IOperation given)
    {
        for (var current = given.Parent; current is not (null or IBlockOperation); current = current.Parent)
            if (current is IUsingOperation or IUsingDeclarationOperation)
                return true;
        return false;
    }

    /// <summary>Whether the call is the statement behind the one that gives the timer.</summary>
    private static bool IsNext(IOperation call, IOperation given)
    {
        var (first, next) = (Statement(given), Statement(call));
        return first.Parent is IBlockOperation block && block == next.Parent && block.Operations.IndexOf(next) == block.Operations.IndexOf(first) + 1;
    }

    private static IOperation Statement(IOperation operation)
    {
        while (operation.Parent is not (null or IBlockOperation))
            operation = operation.Parent;
        return operation;
    }
}
