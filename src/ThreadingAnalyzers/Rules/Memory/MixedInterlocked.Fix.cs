using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>Makes the plain update an atomic one, where Interlocked has it, and one exchange of a read with the write that follows.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class MixedInterlockedFix() : Fix(MixedInterlocked.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var target = finding.Node switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left,
            PostfixUnaryExpressionSyntax postfix => postfix.Operand,
            PrefixUnaryExpressionSyntax prefix => prefix.Operand,
            _ => null,
        };
        if (target is null || finding.Model.GetSymbolInfo(target, finding.Cancellation).Symbol is not { } field || AtomicUpdate.TypeOf(field) is not { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64 })
            yield break;
        if (Exchanged(target, field, finding.Model) is var (read, write, value))
            yield return new Remedy("Use Interlocked.Exchange", editor =>
            {
                editor.ReplaceNode(read, AtomicUpdate.Call(nameof(Interlocked.Exchange), read, value.WithoutTrivia()).WithTriviaFrom(read));
                editor.RemoveNode(write, SyntaxRemoveOptions.KeepNoTrivia);
            });
        if (AtomicUpdate.Of(target, finding.Model) is { } update && update.Fits(field, finding.Model)
            && !(update.Written is PostfixUnaryExpressionSyntax written && !UnusedValue.Is(written, finding.Model)))
            yield return new Remedy("Use Interlocked", editor => editor.ReplaceNode(update.Written, update.Atomic()));
    }

    /// <summary>
    /// The read in the statement right before a write of a constant, which takes the value that the write throws away; null where
    /// it is another statement, or where something is said at the write.
    /// </summary>
    private static (ExpressionSyntax Read, StatementSyntax Write, ExpressionSyntax Value)? Exchanged(ExpressionSyntax target, ISymbol field, SemanticModel model)
    {
        if (target.Parent is not AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: var value, Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } write }
            || !model.GetConstantValue(value).HasValue || block.Statements.IndexOf(write) is not (> 0 and var index) || HasWords(write.GetLeadingTrivia()) || HasWords(write.GetTrailingTrivia()))
            return null;
        var read = block.Statements[index - 1] switch
        {
            LocalDeclarationStatementSyntax { Declaration.Variables: [{ Initializer.Value: var initial }] } => initial,
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: var taken } } => taken,
            _ => null,
        };
        return read is not null && SyntaxFactory.AreEquivalent(read, target) && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(read).Symbol, field) ? (read, write, value) : null;
    }

    private static bool HasWords(SyntaxTriviaList trivia) => trivia.Any(piece => !piece.IsKind(SyntaxKind.WhitespaceTrivia) && !piece.IsKind(SyntaxKind.EndOfLineTrivia));
}
