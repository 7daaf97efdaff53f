using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>
/// The number of a thread taken for an identity that outlasts it: compared after an await, or the key of a table that nobody
/// removes it from. Source: the .NET reference, Thread.ManagedThreadId, and "Asynchronous programming".
/// </summary>
public sealed class ThreadIdReuse() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR1020", since: "1.0", Category.Threads, DiagnosticSeverity.Info,
        title: "The number of a thread should not stand for more than the thread",
        message: "The thread's number {0}: {1}; use AsyncLocal, ThreadLocal or an object of your own",
        why: "The number of a thread says which thread runs the code now. After an await another thread may, and when a thread has ended a new one gets its number: what is kept by the number then belongs to somebody else.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        context.RegisterOperationAction(Compared, OperationKind.Binary);
        context.RegisterOperationAction(Keyed, OperationKind.PropertyReference);
    }

    private static void Compared(OperationAnalysisContext action)
    {
        var comparison = (IBinaryOperation)action.Operation;
        if (comparison is not { OperatorKind: BinaryOperatorKind.Equals or BinaryOperatorKind.NotEquals, LeftOperand.Type.SpecialType: SpecialType.System_Int32 })
            return;
        foreach (var (kept, now) in new[] { (comparison.LeftOperand, comparison.RightOperand), (comparison.RightOperand, comparison.LeftOperand) })
            if (IsThreadId(now) && (Read(kept.Unconverted(), comparison) ?? AsyncOwner(kept.Unconverted(), action)) is { } read)
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, comparison.Syntax.GetLocation(), [read.Syntax.GetLocation()],
                    $"that '{kept.Syntax}' kept is compared after an await", "the code may go on on another thread then, and be right all the same"));
    }

    /// <summary>The place of the function that puts the number into what is compared, with an await in between.</summary>
    private static IOperation? Read(IOperation kept, IOperation comparison) => Put(kept) is { } read && read.Function() == comparison.Function() && comparison.Function().OwnOperations().Any(operation => operation is IAwaitOperation
        && operation.Syntax.SpanStart > read.Syntax.Span.End && operation.Syntax.Span.End < comparison.Syntax.SpanStart) ? read : null;

    /// <summary>The place of an async function that makes its thread the owner of an object: who awaits it may go on on another.</summary>
    private static IOperation? AsyncOwner(IOperation kept, OperationAnalysisContext action) => kept is IFieldReferenceOperation { Field: { DeclaredAccessibility: Accessibility.Private } field }
        ? MemberUses.Of(field, action.Compilation, action.CancellationToken)?.FirstOrDefault(use => use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use && IsThreadId(assignment.Value)
            && use.Function() is var function && function.OwnOperations().Any(operation => operation is IAwaitOperation) && !(function.Syntax == kept.Function().Syntax && use.Syntax.SpanStart < kept.Syntax.SpanStart))
        : null;

    /// <summary>The place of the function that puts the number into what is compared.</summary>
    private static IOperation? Put(IOperation kept) => kept switch
    {
        ILocalReferenceOperation local => local.OnlyValue() is { } value && IsThreadId(value) ? value : null,
        IFieldReferenceOperation field => field.Function().OwnOperations().OfType<ISimpleAssignmentOperation>()
            .Where(assignment => assignment.Syntax.SpanStart < field.Syntax.SpanStart && assignment.Target.IsSameAs(field)).OrderBy(assignment => assignment.Syntax.SpanStart).LastOrDefault() is { } last && IsThreadId(last.Value) ? last.Value : null,
        _ => null,
    };

    private static void Keyed(OperationAnalysisContext action)
    {
        var number = (IPropertyReferenceOperation)action.Operation;
        if (!Contexts.IsThreadId(number.Property) || Table(number) is not IFieldReferenceOperation { Field: var table })
            return;
        if (MemberUses.Of(table, action.Compilation, action.CancellationToken) is { } uses && !uses.Any(use => IsTidied(use)))
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, number.Syntax.GetLocation(), $"is a key of '{table.Name}', and nobody removes it", "the entry outlives the thread, and a new thread with the same number finds it"));
    }

    /// <summary>The table that gets an entry under this key.</summary>
    private static IOperation? Table(IOperation key)
    {
        var value = key.Parent is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol: var local } } && key.Root().DescendantsAndSelf().OfType<ILocalReferenceOperation>().FirstOrDefault(use => use.Names(local) && use.Parent is IArgumentOperation { Parent: IPropertyReferenceOperation or IInvocationOperation }) is { } kept ? kept : key;
        return value.Parent is not IArgumentOperation { Parameter.Ordinal: 0 } argument ? null : argument.Parent switch
        {
            IPropertyReferenceOperation { Property.IsIndexer: true } entry when entry.IsWritten() => entry.Instance?.Unconverted(),
            IInvocationOperation call when Entries.IsPutBy(call.TargetMethod) => call.Instance?.Unconverted(),
            _ => null,
        };
    }

    /// <summary>Whether the use takes entries out, or gives the table to code that may.</summary>
    private static bool IsTidied(IOperation use) => use.Parent switch
    {
        IInvocationOperation call => Entries.IsTakenBy(call.TargetMethod),
        IConditionalAccessOperation => true,
        IArgumentOperation or IReturnOperation or ISimpleAssignmentOperation { Parent: IExpressionStatementOperation } => !(use.Parent is ISimpleAssignmentOperation assignment && assignment.Target == use && use.Function() is IConstructorBodyOperation),
        _ => false,
    };

    private static bool IsThreadId(IOperation value) => value.Unconverted() is IPropertyReferenceOperation property && Contexts.IsThreadId(property.Property);
}
