using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>Keeps what the update returns in a local and reads that, or leaves out the second write.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class InterlockedThenReadFix() : Fix(InterlockedThenRead.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { ArgumentList.Arguments: [{ Expression: var variable }, ..] } call)
            yield break;
        if (call.Parent is AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax } assignment)
        {
            yield return new Remedy("Use the returned value", editor => editor.ReplaceNode(assignment, call.WithTriviaFrom(assignment)));
            yield break;
        }
        if (call.Parent is not ExpressionStatementSyntax { Parent: { } block } statement || NameOf(variable) is not { } wanted
            || finding.Model.GetOperation(call, finding.Cancellation) is not IInvocationOperation { Arguments: [{ Value: var updated }, ..] } operation
            || ReadAfterUpdate.Of(operation, updated, KnownTypes.Of(finding.Model.Compilation))?.Syntax is not ExpressionSyntax read || !block.FullSpan.Contains(read.Span) || read.SyntaxTree != block.SyntaxTree
            || finding.Model.GetTypeInfo(read, finding.Cancellation).Type?.SpecialType == SpecialType.System_Boolean)
            yield break;

        var member = block.Ancestors().OfType<MemberDeclarationSyntax>().First();
        var name = FreeName.In(member, wanted, finding.Model, read.SpanStart);
        var local = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(
            SyntaxFactory.IdentifierName("var").WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.SingletonSeparatedList(SyntaxFactory.VariableDeclarator(SyntaxFactory.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space)).WithInitializer(
                SyntaxFactory.EqualsValueClause(SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space), call.WithoutTrivia()))))).WithTriviaFrom(statement);
        yield return new Remedy("Use the returned value", editor =>
        {
            editor.ReplaceNode(statement, local);
            editor.ReplaceNode(read, SyntaxFactory.IdentifierName(name).WithTriviaFrom(read));
        });
    }

    /// <summary>A local's name made of the variable's: <c>_count</c> gives <c>count</c>, and <c>count</c> gives <c>newCount</c>.</summary>
    private static string? NameOf(ExpressionSyntax variable)
    {
        var name = variable switch
        {
            IdentifierNameSyntax identifier => identifier.Identifier.ValueText,
            MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
            _ => "",
        };
        var plain = name.TrimStart('_');
        if (plain.Length == 0)
            return null;
        var lower = char.ToLowerInvariant(plain[0]) + plain.Substring(1);
        return lower == name || SyntaxFacts.GetKeywordKind(lower) != SyntaxKind.None ? "new" + char.ToUpperInvariant(plain[0]) + plain.Substring(1) : lower;
    }
}
