using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>Has the pool ended where its local goes out of scope: by a using declaration, or in a finally around the rest of the block.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class PoolNotShutDownFix() : Fix(PoolNotShutDown.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        // Where some code ends the pool, only its author knows what that code was meant for.
        if (!finding.Diagnostic.Properties.ContainsKey(PoolNotShutDown.EndProperty)
            || finding.Node.AncestorsAndSelf().FirstOrDefault(node => node is BaseObjectCreationExpressionSyntax or InvocationExpressionSyntax) is not { } creation
            || LocalLife.Of(creation, finding) is not { } life)
            yield break;
        if (life.WithUsing() is { } declaration)
            yield return new Remedy("Use a using declaration", editor => editor.ReplaceNode(life.Declaration, declaration));
        if (EndCall.Of(life.Local.Type, life.IsAsync, KnownTypes.Of(finding.Model.Compilation)) is { } end && life.WithFinally(end.On(life.Local.Name, mayBeNull: false)) is { } change)
            yield return new Remedy("Shut it down in finally", editor => editor.ReplaceNode(life.Declaration.Parent!, (current, _) => change((BlockSyntax)current)));
    }
}
