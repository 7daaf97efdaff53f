using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>Puts the pulse, and the writes just before it that it tells of, under the lock. A wait belongs into a loop, which no fix can know.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class PulseWithoutLockFix() : Fix(PulseWithoutLock.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } pulse, ArgumentList.Arguments: [{ Expression: var monitor }] } call
            || finding.Model.GetSymbolInfo(call, finding.Cancellation).Symbol is not IMethodSymbol method || !SignalMembers.Pulses(method, KnownTypes.Of(finding.Model.Compilation))
            || call.Ancestors().TakeWhile(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).Any(node => node is LockStatementSyntax))
            yield break;
        var index = block.Statements.IndexOf(pulse);
        var first = index;
        while (first > 0 && IsWrite(block.Statements[first - 1], finding.Model))
            first--;
        var held = block.Statements.Skip(first).Take(index - first + 1).ToList();
        yield return new Remedy("Lock around it", editor =>
        {
            var leading = held[0].GetLeadingTrivia();
            var body = SyntaxFactory.Block(held.Select((statement, at) => at == 0 ? statement.WithoutLeadingTrivia() : statement));
            foreach (var statement in held.Take(held.Count - 1))
                editor.RemoveNode(statement, SyntaxRemoveOptions.KeepNoTrivia);
            editor.ReplaceNode(pulse, SyntaxFactory.LockStatement(monitor.WithoutTrivia(), body)
                .WithLeadingTrivia(leading).WithTrailingTrivia(pulse.GetTrailingTrivia().Where(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia))).WithAdditionalAnnotations(Formatter.Annotation));
        });
    }

    /// <summary>Whether the statement does nothing but give a field or property of this object a value.</summary>
    private static bool IsWrite(StatementSyntax statement, SemanticModel model) => statement is ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax }
        && model.GetOperation(statement) is IExpressionStatementOperation { Operation: var write }
        && (write is IAssignmentOperation assignment ? assignment.Target : (write as IIncrementOrDecrementOperation)?.Target) is IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation }
        && !write.Descendants().Any(operation => operation is IInvocationOperation or IAwaitOperation);
}
