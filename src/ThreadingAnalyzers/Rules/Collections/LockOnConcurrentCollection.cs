using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Concurrency.Collections;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>
/// A lock that only ever guards single calls of a concurrent collection, which guards these itself. Source: the .NET reference,
/// "Thread-safe collections", when to use which.
/// </summary>
public sealed class LockOnConcurrentCollection() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR8006", since: "1.0", Category.Collections, DiagnosticSeverity.Info,
        title: "A lock should not guard single calls of a concurrent collection",
        message: "'{0}' guards single calls of '{1}' and nothing else, and the collection is thread-safe: the lock costs and adds nothing; leave it out",
        why: "Each call of a concurrent collection is safe by itself. A lock that only ever surrounds such calls makes threads wait for each other twice and protects nothing more.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => context.RegisterOperationAction(action =>
    {
        if (Guard(action.Operation, types) is not { Lock: IFieldReferenceOperation { Field: var gate }, Body: { } guarded, Place: { } place } || Single(guarded, types) is not { } call
            || MemberUses.Of(gate, action.Compilation, action.CancellationToken) is not { } uses || !uses.All(use => IsPlain(use, call, gate, types)))
            return;
        action.ReportDiagnostic(Diagnostic.Create(Descriptor, place, gate.Name, call.Collection.Syntax));
    }, OperationKind.Lock, OperationKind.Using);

    /// <summary>The lock, the code and the head of a statement that runs code under a lock; null for another statement.</summary>
    private static (IOperation Lock, IOperation Body, Location Place)? Guard(IOperation statement, KnownTypes types) => statement switch
    {
        ILockOperation { Syntax: LockStatementSyntax syntax } @lock => (@lock.LockedValue.Unconverted(), @lock.Body, Place(syntax, syntax.CloseParenToken)),
        IUsingOperation { IsAsynchronous: false, Syntax: UsingStatementSyntax syntax, Resources: IInvocationOperation { Instance: { } gate } scope } @using when types[scope.Type] == KnownType.LockScope =>
            (gate.Unconverted(), @using.Body, Place(syntax, syntax.CloseParenToken)),
        _ => null,
    };

    /// <summary>The one call that the lock guards; null where it guards more.</summary>
    private static CollectionCall? Single(IOperation guarded, KnownTypes types)
    {
        var body = guarded is IBlockOperation { Operations: [var only] } ? only : guarded;
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
        // 'TryDequeue(out var x) ? x : null'
        if (value?.Unconverted() is IConditionalOperation { Condition: var asked, WhenTrue: var got, WhenFalse: { } none } && IsSimple(got) && IsSimple(none))
            value = asked;
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
        var statement = parent is IInvocationOperation { Parent: IUsingOperation scoped } ? scoped : parent;
        return statement is not null && Guard(statement, types) is { Body: var guarded } guard && guard.Lock == use && Single(guarded, types) is { } other && other.IsOf(call)
            || call.Collection is IMemberReferenceOperation { Member: var locked } && SymbolEqualityComparer.Default.Equals(locked, gate) && parent is not (IArgumentOperation or ILockOperation or IReturnOperation);
    }

    private static Location Place(StatementSyntax syntax, SyntaxToken end) => Location.Create(syntax.SyntaxTree, TextSpan.FromBounds(syntax.SpanStart, end.Span.End));
}
