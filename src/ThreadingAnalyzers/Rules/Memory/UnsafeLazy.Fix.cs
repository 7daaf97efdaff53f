using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>Leaves out the argument that switches the lock off, where the object is made.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class UnsafeLazyFix() : Fix(UnsafeLazy.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        var lazy = finding.Node.DescendantNodesAndSelf().OfType<ExpressionSyntax>()
            .Select(expression => finding.Model.GetSymbolInfo(expression, finding.Cancellation).Symbol)
            .FirstOrDefault(symbol => symbol is IFieldSymbol { Type: var field } && types[field] == KnownType.Lazy || symbol is ILocalSymbol { Type: var local } && types[local] == KnownType.Lazy);
        if (lazy?.DeclaringSyntaxReferences is not [var reference] || reference.SyntaxTree != finding.Root.SyntaxTree
            || reference.GetSyntax(finding.Cancellation) is not VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments } creation }
            || LazyMembers.Mode(creation) is not { } mode)
            yield break;
        yield return new Remedy("Use the thread-safe mode", editor => editor.ReplaceNode(arguments, arguments.WithArguments(arguments.Arguments.Remove(mode))));
    }
}
