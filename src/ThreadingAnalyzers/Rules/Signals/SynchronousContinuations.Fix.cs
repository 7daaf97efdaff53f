using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Signals;

/// <summary>Adds the option to all promises of that kind that the type makes without options.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class SynchronousContinuationsFix() : Fix(SynchronousContinuations.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        var creations = (finding.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() ?? finding.Root).DescendantNodes().OfType<BaseObjectCreationExpressionSyntax>()
            .Where(creation => creation.ArgumentList is null or { Arguments.Count: 0 } && types[finding.Model.GetTypeInfo(creation, finding.Cancellation).Type] == KnownType.TaskCompletionSource).ToList();
        if (creations.Count == 0)
            yield break;
        var option = SyntaxFactory.Argument(SyntaxFactory.ParseExpression("global::System.Threading.Tasks.TaskCreationOptions.RunContinuationsAsynchronously").WithAdditionalAnnotations(Simplifier.Annotation));
        yield return new Remedy("Pass RunContinuationsAsynchronously", editor =>
        {
            foreach (var creation in creations)
                editor.ReplaceNode(creation, creation.WithArgumentList(SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(option))).WithTriviaFrom(creation));
        });
    }
}
