using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A lock that guards nothing: around no statement, or in a field that nobody ever locks.
/// Source: CWE-585; CodeQL cs/empty-lock-statement.
/// </summary>
public sealed class UselessLock() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4015", since: "1.0", Category.Locks, DiagnosticSeverity.Info,
        title: "A lock should guard something",
        message: "'{0}' {1}",
        why: "A lock that guards nothing tells the reader of an exclusion that does not exist. Mostly the statements that it was meant for stand outside, or lock something else.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
    {
        context.RegisterOperationAction(action =>
        {
            var @lock = (ILockOperation)action.Operation;
            // Who writes why, wants to wait until the others are through.
            if (@lock.Syntax is LockStatementSyntax { Statement: var body } statement && IsEmpty(body) && !body.DescendantTrivia().Any(IsComment))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, statement.LockKeyword.GetLocation(), @lock.LockedValue.Syntax, "is locked around no statement: put what it guards inside, or remove it"));
        }, OperationKind.Lock);
        context.RegisterSymbolAction(action =>
        {
            var field = (IFieldSymbol)action.Symbol;
            if (!IsLock(field, types) || field.IsImplicitlyDeclared || field.DeclaredAccessibility != Accessibility.Private || field.ContainingType.DeclaringSyntaxReferences.IsEmpty || field.GetAttributes().Length > 0
                || IsNamedInUse(field, action.CancellationToken) || MemberUses.Of(field, action.Compilation, action.CancellationToken) is not { Count: > 0 } uses || !uses.All(use => IsCreation(use, types)) || IsInContract(field, action.CancellationToken))
                return;
            action.ReportDiagnostic(Diagnostic.Create(Descriptor, field.Locations[0], field.Name, "is created and never locked: lock it where its owner's state is used, or remove it"));
        }, SymbolKind.Field);
    }

    /// <summary>Whether the field's type is a lock, or its name says that the object in it is one.</summary>
    private static bool IsLock(IFieldSymbol field, KnownTypes types) =>
        field.Type is { SpecialType: SpecialType.System_Object } ? LockMembers.IsNamedLikeGate(field) : types[field.Type] is KnownType.Lock or KnownType.SemaphoreSlim or KnownType.ReaderWriterLockSlim or KnownType.ReaderWriterLock;

    /// <summary>Whether the text names the field elsewhere than where it is created and disposed of, which is cheap to see.</summary>
    private static bool IsNamedInUse(IFieldSymbol field, CancellationToken cancellation) => field.ContainingType.DeclaringSyntaxReferences
        .SelectMany(reference => Words.In(reference.GetSyntax(cancellation), field.Name, cancellation))
        .Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.Parent is IdentifierNameSyntax name
            && (name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access : (ExpressionSyntax)name) is { Parent: var user } whole
            && !(user is AssignmentExpressionSyntax assignment && assignment.Left == whole
                || user is ConditionalAccessExpressionSyntax
                || user is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } } call && call.Expression == whole && StopMembers.IsStop(call.Name.Identifier.ValueText)));

    private static bool IsCreation(IOperation use, KnownTypes types) => use switch
    {
        IFieldInitializerOperation { Value: var value } => value.Unconverted() is IObjectCreationOperation,
        IMemberReferenceOperation { Parent: ISimpleAssignmentOperation { Value: var value } assignment } => assignment.Target == use && value.Unconverted() is IObjectCreationOperation,
        // To dispose of it is no use of it.
        IMemberReferenceOperation { Parent: IInvocationOperation call } => StopMembers.IsStop(call.TargetMethod) && types[call.TargetMethod.ContainingType] != KnownType.None,
        _ => false,
    };

    /// <summary>Whether an attribute may name the field as the lock that callers hold.</summary>
    private static bool IsInContract(IFieldSymbol field, CancellationToken cancellation) => field.ContainingType.DeclaringSyntaxReferences
        .SelectMany(reference => Words.In(reference.GetSyntax(cancellation), field.Name, cancellation))
        .Any(token => token.Parent?.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not null);

    private static bool IsEmpty(StatementSyntax body) => body switch
    {
        BlockSyntax block => block.Statements.All(IsEmpty),
        EmptyStatementSyntax => true,
        _ => false,
    };

    private static bool IsComment(SyntaxTrivia trivia) => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia);
}
