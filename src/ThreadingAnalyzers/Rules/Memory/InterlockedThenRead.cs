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
        message: "'{0}' is updated atomically and then {1}: another thread may change it in between; use what 'Interlocked.{2}' returns",
        why: "An atomic update tells what the variable became for this thread alone. Read again, the variable may hold what another thread has made of it since: two threads see the same number, or none sees the one that it waits for.");

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var call = (IInvocationOperation)action.Operation;
        if (Atomics.Updated(call, types) is not { } variable || IsLocked(call))
            return;
        if (call.Parent is ISimpleAssignmentOperation assignment && assignment.Target.IsSameAs(variable))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), variable.Syntax, "written again", call.TargetMethod.Name));
        else if (ReadAfter(call, variable, types) is { } read)
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, call.Syntax.GetLocation(), [read.Syntax.GetLocation()], variable.Syntax, "read again", call.TargetMethod.Name));
    }, OperationKind.Invocation);

    /// <summary>The read of the variable by the statement behind the call, where that is a statement of its own; null where there is none.</summary>
    internal static IOperation? ReadAfter(IInvocationOperation call, IOperation variable, KnownTypes types) =>
        call.Parent is IExpressionStatementOperation statement && Next(statement) is { } next ? ReadIn(next, variable, types) : null;

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
