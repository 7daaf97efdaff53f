using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// A variable that is changed atomically and then read to learn what it became. Source: the .NET reference, Interlocked.Increment, "Returns: the value after".
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class InterlockedThenRead() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR7003", since: "1.0", Category.Memory, DiagnosticSeverity.Warning,
        title: "What an atomic update returns should be used",
        message: "'{0}' is updated atomically and {1}: another thread may change it in between; use what 'Interlocked.{2}' returns",
        why: "An atomic update tells what the variable became for this thread alone. Read again, the variable may hold what another thread has made of it since: two threads see the same number, or none sees the one that it waits for.");

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (Atomics.Updated(call, types) is not { } variable || IsLocked(call))
            return;
        if (call.Parent is ISimpleAssignmentOperation assignment && assignment.Target.IsSameAs(variable))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), variable.Syntax, "then written again", call.TargetMethod.Name));
        else if (ReadAfter(call, variable, types) is { } read)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [read.Syntax.GetLocation()], variable.Syntax, "then read again", call.TargetMethod.Name));
        else if (TakenBefore(call, variable, types) is { } taken)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [taken.Syntax.GetLocation()], variable.Syntax, "read by the statement before", call.TargetMethod.Name));
    }, OperationKind.Invocation);

    /// <summary>The read of the variable by the statement behind the call, where that is a statement of its own; null where there is none.</summary>
    internal static IOperation? ReadAfter(IInvocationOperation call, IOperation variable, KnownTypes types) =>
        call.Parent is IExpressionStatementOperation statement && Next(statement) is { } next ? ReadIn(next, variable, types) : null;

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

    private static bool IsLocked(IOperation operation)
    {
        for (var current = operation.Parent; current is not (null or IAnonymousFunctionOperation or ILocalFunctionOperation); current = current.Parent)
            if (current is ILockOperation)
                return true;
        return false;
    }

    private static IOperation? Next(IExpressionStatementOperation statement)
    {
        if (statement.Parent is not IBlockOperation { Operations: var statements })
            return null;
        var index = statements.IndexOf(statement) + 1;
        return index < statements.Length ? statements[index] : null;
    }

    /// <summary>
    /// The first read of the variable by which the statement decides or which it keeps. A loop asks how things are now, and an
    /// argument is mostly for a log.
    /// </summary>
    private static IOperation? ReadIn(IOperation statement, IOperation variable, KnownTypes types)
    {
        IEnumerable<IOperation?> values = statement switch
        {
            IConditionalOperation conditional => [conditional.Condition],
            ISwitchOperation @switch => [@switch.Value],
            IReturnOperation returned => [returned.ReturnedValue],
            IExpressionStatementOperation { Operation: ISimpleAssignmentOperation assignment } => [assignment.Value],
            IVariableDeclarationGroupOperation declaration => declaration.Declarations.SelectMany(group => group.Declarators).Select(declarator => declarator.GetVariableInitializer()?.Value),
            _ => [],
        };
        return values.OfType<IOperation>().SelectMany(value => value.OwnOperations().Prepend(value))
            .FirstOrDefault(operation => Atomics.Read(operation, types) is { } read ? read.IsSameAs(variable)
                : operation.IsSameAs(variable) && operation is not IConversionOperation && operation.Parent is not IArgumentOperation);
    }
}
