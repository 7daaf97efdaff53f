using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>
/// A lock that only ever guards single calls of a concurrent collection, which guards these itself. Source: the .NET reference,
/// "Thread-safe collections", when to use which.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LockOnConcurrentCollection() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR8006", since: "1.0", Category.Collections, DiagnosticSeverity.Info,
        title: "A lock should not guard single calls of a concurrent collection",
        message: "'{0}' guards single calls of '{1}' and nothing else, and the collection is thread-safe: the lock costs and adds nothing; leave it out",
        why: "Each call of a concurrent collection is safe by itself. A lock that only ever surrounds such calls makes threads wait for each other twice and protects nothing more.");

    private protected override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        var @lock = (ILockOperation)action.Operation;
        if (Single(@lock, types) is not { } call || @lock.LockedValue.Unconverted() is not IFieldReferenceOperation { Field: var gate }
            || MemberUses.Of(gate, action.Compilation, action.CancellationToken) is not { } uses || !uses.All(use => IsPlain(use, call, gate, types)))
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, Place((LockStatementSyntax)@lock.Syntax), gate.Name, call.Collection.Syntax));
    }, OperationKind.Lock);

    /// <summary>The one call that the lock guards; null where it guards more.</summary>
    private static CollectionCall? Single(ILockOperation @lock, KnownTypes types)
    {
        var body = @lock.Body is IBlockOperation { Operations: [var only] } ? only : @lock.Body;
        var value = body switch
        {
            IExpressionStatementOperation statement => statement.Operation,
            IReturnOperation { ReturnedValue: { } returned } => returned,
            _ => null,
        };
        if (value is ISimpleAssignmentOperation { Target: IPropertyReferenceOperation element } assignment && IsSimple(assignment.Value))
            value = element;
        else if (value is ISimpleAssignmentOperation { Target: ILocalReferenceOperation, Value: var kept })
            value = kept;
        return value?.Unconverted() is { } operation && CollectionCall.Of(operation, types) is { Use: not CollectionUse.Picks } call && call.Collection is IMemberReferenceOperation
            && (operation as IInvocationOperation)?.Arguments.All(argument => IsSimple(argument.Value)) != false ? call : Put(value, types);
    }

    /// <summary>A call that puts something into a queue, stack or bag.</summary>
    private static CollectionCall? Put(IOperation? value, KnownTypes types) => value is IInvocationOperation { Instance: { } collection } call
        && ConcurrentCollections.Is(collection.Type, types) && collection is IMemberReferenceOperation && Containers.Mutates(call.TargetMethod) && call.Arguments.All(argument => IsSimple(argument.Value))
            ? new CollectionCall(CollectionUse.None, call, collection, null) : null;

    /// <summary>Whether the value needs no lock either: it calls nothing and reads nothing shared.</summary>
    private static bool IsSimple(IOperation value) => value.DescendantsAndSelf().All(part => part is not (IInvocationOperation or IAnonymousFunctionOperation or IPropertyReferenceOperation or IFieldReferenceOperation { Field.IsReadOnly: false, Field.IsConst: false }));

    /// <summary>Whether the use of the gate declares it, or locks it around single calls of the same collection.</summary>
    private static bool IsPlain(IOperation use, CollectionCall call, IFieldSymbol gate, KnownTypes types)
    {
        if (use is ISymbolInitializerOperation)
            return true;
        var parent = use.Parent;
        while (parent is IConversionOperation)
            parent = parent.Parent;
        return parent is ILockOperation @lock && @lock.LockedValue.Unconverted() == use && Single(@lock, types) is { } other && other.IsOf(call)
            || call.Collection is IMemberReferenceOperation { Member: var locked } && SymbolEqualityComparer.Default.Equals(locked, gate) && parent is not (IArgumentOperation or ILockOperation or IReturnOperation);
    }

    private static Location Place(LockStatementSyntax syntax) => Location.Create(syntax.SyntaxTree, TextSpan.FromBounds(syntax.SpanStart, syntax.CloseParenToken.Span.End));
}
