using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>
/// Replaces the collection by <c>ImmutableInterlocked.Update</c>, at all places that compute it from itself or at none: a plain
/// one beside them loses changes as before. The change may be computed again, so it may only ask collections.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ImmutableLostUpdateFix() : Fix(ImmutableLostUpdate.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Diagnostic.Properties.ContainsKey(Story.GuardProperty) || finding.Node is not ExpressionSyntax named
            || finding.Model.GetSymbolInfo(named, finding.Cancellation).Symbol is not { } collection || !CanBeReferred(collection)
            || finding.Model.Compilation.GetTypeByMetadataName("System.Collections.Immutable.ImmutableInterlocked") is null)
            yield break;
        var updates = AtomicUpdate.Uses(collection, finding.Root, finding)
            .Select(use => use.Parent as AssignmentExpressionSyntax).OfType<AssignmentExpressionSyntax>()
            .Where(assignment => SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(assignment.Left).Symbol, collection) && AtomicUpdate.Uses(collection, assignment.Right, finding).Any()).ToList();
        if (updates.Count > 0 && updates.All(update => CanRunAgain(update, finding)))
            yield return new Remedy("Use ImmutableInterlocked.Update", editor =>
            {
                foreach (var update in updates)
                    editor.ReplaceNode(update, Atomic(update, collection, finding));
            });
    }

    private static bool CanBeReferred(ISymbol collection) => collection switch
    {
        IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsVolatile: false, IsReadOnly: false, ContainingType.DeclaringSyntaxReferences.Length: 1 } => true,
        ILocalSymbol { RefKind: RefKind.None } => true,
        _ => false,
    };

    private static bool CanRunAgain(AssignmentExpressionSyntax update, Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        return update.IsKind(SyntaxKind.SimpleAssignmentExpression) && UnusedValue.Is(update, finding.Model)
            && update.Right.DescendantNodesAndSelf().All(node => node switch
            {
                InvocationExpressionSyntax call => types[finding.Model.GetSymbolInfo(call, finding.Cancellation).Symbol?.ContainingType] == KnownType.SafeCollection,
                AwaitExpressionSyntax or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression } or BaseObjectCreationExpressionSyntax => false,
                PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } => false,
                IdentifierNameSyntax name => finding.Model.GetSymbolInfo(name, finding.Cancellation).Symbol is not IParameterSymbol { RefKind: not RefKind.None },
                _ => true,
            });
    }

    private static InvocationExpressionSyntax Atomic(AssignmentExpressionSyntax update, ISymbol collection, Finding finding)
    {
        var member = update.Ancestors().First(node => node is MemberDeclarationSyntax);
        var name = SyntaxFactory.IdentifierName(FreeName.In(member, "current", finding.Model, update.SpanStart));
        var changed = update.Right.ReplaceNodes(AtomicUpdate.Uses(collection, update.Right, finding), (use, _) => name.WithTriviaFrom(use)).WithoutTrivia();
        var lambda = SyntaxFactory.ParseExpression($"{name} => {changed}");
        return SyntaxFactory.InvocationExpression(
            SyntaxFactory.ParseExpression("global::System.Collections.Immutable.ImmutableInterlocked.Update").WithAdditionalAnnotations(Simplifier.Annotation),
            SyntaxFactory.ParseArgumentList($"(ref {update.Left.WithoutTrivia()}, {lambda})")).WithTriviaFrom(update);
    }
}
