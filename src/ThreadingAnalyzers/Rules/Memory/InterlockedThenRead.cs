using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A variable that is changed atomically and then read to learn what it became, or read and then exchanged for what was computed
/// from it. Source: the .NET reference, Interlocked.Increment, "Returns: the value after".
/// </summary>
public sealed class InterlockedThenRead() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7003", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "What an atomic update returns should be used",
        message: "'{0}' is {1}: another thread may change it in between; {2}",
        why: "An atomic update tells what the variable became for this thread alone. Read by itself, before or after, the variable may hold what another thread makes of it: two threads see the same number, none sees the one that it waits for, or one overwrites what the other wrote.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (Atomics.Updated(call, types) is { } variable && !IsLocked(call) && !IsOwn(variable) && !IsOwner(call, types))
        {
            var remedy = $"use what 'Interlocked.{call.TargetMethod.Name}' returns";
            if (call.Parent is ISimpleAssignmentOperation assignment && assignment.Target.IsSameAs(variable))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), variable.Syntax, "updated atomically and then written again", remedy));
            else if (ReadAfterUpdate.Of(call, variable, types) is { } read)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [read.Syntax.GetLocation()], variable.Syntax, "updated atomically and then read again", remedy));
            else if (TakenBefore(call, variable, types) is { } taken)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [taken.Syntax.GetLocation()], variable.Syntax, "updated atomically and read by the statement before", remedy));
        }
        else if (Atomics.Exchange(call, types) is var (exchanged, value) && !Exclusion.IsUnderLock(call, types) && ReadBeforeExchange.Of(call, exchanged, value, types) is { } before
            && new HeldMonitors(types, action.Compilation, action.CancellationToken).Certain(call).Count == 0)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [before.Syntax.GetLocation()], exchanged.Syntax, $"read at line {before.Syntax.Line()} and exchanged on the strength of that", "use one atomic update, or CompareExchange in a loop"));
    }, OperationKind.Invocation);

    /// <summary>
    /// The read of the variable by the statement before the call, which keeps what it read as a number of its own or picks an element
    /// by it; null where there is none.
    /// </summary>
    private static IOperation? TakenBefore(IInvocationOperation call, IOperation variable, KnownTypes types)
    {
        if (call.Parent is not IExpressionStatementOperation { Parent: IBlockOperation { Operations: var statements } } statement || statements.IndexOf(statement) is not (var index and > 0))
            return null;
        var value = statements[index - 1] switch
        {
            IExpressionStatementOperation { Operation: ISimpleAssignmentOperation { Target: ILocalReferenceOperation } assignment } => assignment.Value.Unconverted(),
            IVariableDeclarationGroupOperation { Declarations: [{ Declarators: [var only] }] } => only.GetVariableInitializer()?.Value.Unconverted(),
            _ => null,
        };
        return value switch
        {
            null => null,
            IArrayElementReferenceOperation element => element.Indices.SelectMany(part => part.DescendantsAndSelf()).FirstOrDefault(IsRead),
            IPropertyReferenceOperation { Property.IsIndexer: true } element => element.Arguments.SelectMany(part => part.DescendantsAndSelf()).FirstOrDefault(IsRead),
            _ => IsRead(value) ? value : null,
        };

        bool IsRead(IOperation operation) => Atomics.Read(operation, types) is { } read ? read.IsSameAs(variable) : operation is IFieldReferenceOperation && operation.IsSameAs(variable);
    }

    /// <summary>Whether the variable is the function's own: a local, or a parameter given by value, that no other function names. No thread changes it in between.</summary>
    private static bool IsOwn(IOperation variable) => variable.Unconverted() switch
    {
        ILocalReferenceOperation { Local.RefKind: RefKind.None } or IParameterReferenceOperation { Parameter: { RefKind: RefKind.None, ContainingSymbol: IMethodSymbol { MethodKind: not MethodKind.Constructor } } }
            when variable.Unconverted().Variable() is { } symbol => variable.Root().Descendants().All(use => !use.Names(symbol) || !use.IsCaptured(symbol)),
        _ => false,
    };

    /// <summary>Whether the call stands where a test has told that the running thread is the one that is noted.</summary>
    private static bool IsOwner(IOperation call, KnownTypes types)
    {
        for (IOperation inner = call, current = call.Parent!; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); inner = current, current = current.Parent!)
            if (current is IConditionalOperation { Condition: IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals, LeftOperand: var left, RightOperand: var right } } test && test.WhenTrue == inner
                && (Contexts.IsCurrentThread(left.Source(), types) || Contexts.IsCurrentThread(right.Source(), types)))
                return true;
        return false;
    }

    private static bool IsLocked(IOperation operation)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILockOperation)
                return true;
        return false;
    }
}
