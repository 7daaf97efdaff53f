using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>
/// A monitor or <c>Lock</c> that calls take and give back around statements of one block: what a <c>lock</c> statement says in one word,
/// and keeps when an exception comes. Source: the documentation of the <c>lock</c> statement; C# specification, 13.13.
/// </summary>
public sealed class MonitorEnterWithoutTry() : Rule(Descriptor)
{
    /// <summary>The rule as users see it.</summary>
    public static readonly DiagnosticDescriptor Descriptor = Describe("THR4014", since: "1.0", Category.Locks, DiagnosticSeverity.Info,
        title: "A lock statement should be used where it says the same",
        message: "'{0}' is taken here and given back at line {1} without a 'finally': a 'lock' statement says the same and gives it back whatever happens",
        why: "A lock statement takes and gives back in one place and does so when an exception passes. The two calls are one more thing to keep together at every change.");

    internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types) => Holding.Watch(context, types,
        call => types[call.TargetMethod.ContainingType] is KnownType.Monitor or KnownType.Lock && call.Parent is IExpressionStatementOperation && call.Arguments.Length <= 1,
        (action, holding, after) =>
        {
            // What may throw in between, or leaves with the lock, is another rule's finding.
            if (holding.Releases is [var release] && holding.Lock.Type is not { IsValueType: true } && Between(holding, release) is { } guarded
                && !guarded.Any(statement => statement.DescendantNodesAndSelf().Any(node => node is YieldStatementSyntax or AwaitExpressionSyntax or LabeledStatementSyntax))
                && !after.Leaves(holding.Taking, holding.IsRelease) && !holding.Guarded(after).Any(Throwing.MayThrow))
                action.ReportDiagnostic(Diagnostic.Create(Descriptor, holding.Taking.Syntax.GetLocation(), [release.Syntax.GetLocation()], holding.Lock.Syntax, release.Syntax.Line()));
        });

    /// <summary>The statements between the two calls, where these are statements of one block.</summary>
    private static IEnumerable<SyntaxNode>? Between(Holding holding, IInvocationOperation release)
    {
        if (holding.Taking.Syntax.Parent is not StatementSyntax { Parent: BlockSyntax block } taking || release.Syntax.Parent is not StatementSyntax giving || giving.Parent != block)
            return null;
        var (at, end) = (block.Statements.IndexOf(taking), block.Statements.IndexOf(giving));
        return end > at + 1 ? block.Statements.Skip(at + 1).Take(end - at - 1) : null;
    }
}
