using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Threads;

/// <summary>Turns <c>Task.Run</c> of an action into a <c>StartNew</c> with a thread of its own and the default scheduler, or adds the option.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class EndlessPoolWorkFix() : Fix(EndlessPoolWork.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().Select(node => finding.Model.GetOperation(node, finding.Cancellation)).OfType<IInvocationOperation>().FirstOrDefault(operation => Spawn.Of(operation, KnownTypes.Of(finding.Model.Compilation)) is not null) is not { } call
            || call.Syntax is not InvocationExpressionSyntax { ArgumentList.Arguments: var arguments } written || call.TargetMethod.Parameters is not [{ Type: INamedTypeSymbol { DelegateInvokeMethod.ReturnsVoid: true } }, ..])
            yield break;
        var types = KnownTypes.Of(finding.Model.Compilation);
        var token = arguments.Count == 2 && types[call.TargetMethod.Parameters[1].Type] == KnownType.CancellationToken ? arguments[1].Expression.WithoutTrivia().ToString() : arguments.Count == 1 ? "System.Threading.CancellationToken.None" : null;
        if (token is null || types[call.TargetMethod.ContainingType] is not (KnownType.Task or KnownType.TaskFactory))
            yield break;
        var start = types[call.TargetMethod.ContainingType] == KnownType.Task ? SyntaxFactory.ParseExpression("System.Threading.Tasks.Task.Factory.StartNew").WithAdditionalAnnotations(Simplifier.Annotation) : written.Expression;
        var list = SyntaxFactory.ParseArgumentList($"(x, {token}, System.Threading.Tasks.TaskCreationOptions.LongRunning, System.Threading.Tasks.TaskScheduler.Default)").Arguments;
        list = SyntaxFactory.SeparatedList(list.Select(argument => argument.WithExpression(argument.Expression.WithAdditionalAnnotations(Simplifier.Annotation))), list.GetSeparators());
        var whole = list.Replace(list[0], arguments[0].WithoutTrailingTrivia());
        yield return new Remedy("Pass LongRunning", editor => editor.ReplaceNode(written, written.WithExpression(start.WithTriviaFrom(written.Expression))
            .WithArgumentList(written.ArgumentList.WithArguments(whole)).WithAdditionalAnnotations(Formatter.Annotation)));
    }
}
