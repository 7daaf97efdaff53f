using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;
using ThreadingAnalyzers.Flow;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Takes the lock for writing where the code around the change takes it for reading.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class WriteUnderReadLockFix() : Fix(WriteUnderReadLock.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        if (finding.Model.GetOperation(finding.Node, finding.Cancellation)?.Function() is not { } function)
            yield break;
        var calls = function.OwnOperations().OfType<IInvocationOperation>().ToList();
        var takings = calls.Where(call => Holding.TakenBy(call, types) is not null && Effects.Of(call.TargetMethod, call.Instance?.Type, types).Mode == LockMode.Read).ToList();
        if (takings is not [{ } taking] || Holding.TakenBy(taking, types) is not { } @lock)
            yield break;
        var names = new List<SimpleNameSyntax>();
        foreach (var call in calls.Where(call => (Holding.TakenBy(call, types) ?? Holding.LockOf(call, EffectKind.Release, types))?.IsSameAs(@lock) == true))
        {
            // Code that changes the mode by itself wants more than another word.
            if ((call.Syntax as InvocationExpressionSyntax)?.Expression is not MemberAccessExpressionSyntax { Name: var name } || LockMembers.WriteTwin(name.Identifier.ValueText) is null)
                yield break;
            names.Add(name);
        }
        yield return new Remedy("Take the write lock", editor =>
        {
            foreach (var name in names)
                editor.ReplaceNode(name, SyntaxFactory.IdentifierName(LockMembers.WriteTwin(name.Identifier.ValueText)!).WithTriviaFrom(name));
        });
    }
}
