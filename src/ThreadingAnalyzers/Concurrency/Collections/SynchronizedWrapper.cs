using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Concurrency.Collections;

/// <summary>Values that are wrappers around a collection of which each single call is locked.</summary>
internal static class SynchronizedWrapper
{
    /// <summary>Whether the value is certainly such a wrapper that other threads may have: in a field that gets nothing else, or in a local that a lambda captures.</summary>
    public static bool IsShared(IOperation value, Compilation compilation, CancellationToken cancellation) => value.Unconverted() switch
    {
        ILocalReferenceOperation local => local.IsCaptured() && local.OnlyValue() is { } only && IsMade(only),
        IFieldReferenceOperation { Field: var member } => IsHeldBy(member, compilation, cancellation),
        IPropertyReferenceOperation { Property: { IsIndexer: false } member } => IsHeldBy(member, compilation, cancellation),
        _ => false,
    };

    /// <summary>Whether the value is certainly such a wrapper, so that a single call of it needs no other lock.</summary>
    public static bool LocksEachCall(IOperation? value) => value is not null && MayBe(value.Type)
        && (IsMade(value) || value.Unconverted() is IFieldReferenceOperation { Field: { DeclaredAccessibility: Accessibility.Private } or { IsReadOnly: true } } own && IsGivenOnly(own.Field, value));

    /// <summary>Whether a variable of the type may hold one; the wrappers are older than generic types.</summary>
    private static bool MayBe(ITypeSymbol? type) => type is INamedTypeSymbol { IsGenericType: false, IsValueType: false };

    private static bool IsHeldBy(ISymbol member, Compilation compilation, CancellationToken cancellation)
    {
        if (!MayBe(Values.TypeOf(member)) || MemberUses.Of(member, compilation, cancellation) is not { } uses)
            return false;
        var values = uses.Select(use => use switch
        {
            ISymbolInitializerOperation initializer => initializer.Value,
            { Parent: ISimpleAssignmentOperation assignment } when assignment.Target == use => assignment.Value,
            _ => null,
        }).OfType<IOperation>().ToList();
        return values.Count > 0 && values.All(IsMade);
    }

    /// <summary>Whether the text where the field is used, which is all that can write it, gives it such a wrapper and nothing else.</summary>
    private static bool IsGivenOnly(IFieldSymbol field, IOperation use)
    {
        if (!ConcurrentCollections.HasSynchronized(field.Type) || field.ContainingType.DeclaringSyntaxReferences is not [{ } only] || only.SyntaxTree != use.Syntax.SyntaxTree || use.SemanticModel is not { } model)
            return false;
        var given = only.GetSyntax().DescendantNodes().OfType<AssignmentExpressionSyntax>()
            .Where(assignment => (assignment.Left is MemberAccessExpressionSyntax access ? access.Name : assignment.Left) is IdentifierNameSyntax name && name.Identifier.ValueText == field.Name)
            .Select(assignment => model.GetOperation(assignment) as ISimpleAssignmentOperation)
            .Where(assignment => assignment?.Target is IFieldReferenceOperation { Field: var target } && SymbolEqualityComparer.Default.Equals(target.OriginalDefinition, field.OriginalDefinition)).ToList();
        var first = field.DeclaringSyntaxReferences is [{ } declared] && declared.GetSyntax() is VariableDeclaratorSyntax { Initializer.Value: var value } && !value.IsKind(SyntaxKind.NullLiteralExpression)
            ? model.GetOperation(value) : null;
        return given.Count + (first is null ? 0 : 1) > 0 && (first is null || IsMade(first)) && given.TrueForAll(assignment => IsMade(assignment!.Value));
    }

    private static bool IsMade(IOperation value) => value.Source() is IInvocationOperation call && ConcurrentCollections.MakesSynchronized(call.TargetMethod);
}
