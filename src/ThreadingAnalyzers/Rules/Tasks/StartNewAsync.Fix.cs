using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>Calls <c>Task.Run</c> instead, where the factory is the default one and no state or scheduler is given.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StartNewAsyncFix() : Fix(StartNewAsync.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        if (finding.Node.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault(node => Spawns(node, finding, types)) is not { } call
            || finding.Model.GetOperation(call, finding.Cancellation) is not IInvocationOperation { Instance: IPropertyReferenceOperation factory } operation
            || types[factory.Property.ContainingType] != KnownType.Task
            || operation.TargetMethod.TypeArguments.Length == 1 && IsNamed(call) || IsContinuedByName(call)
            || Kept(operation, types) is not { } arguments)
            yield break;
        yield return new Remedy("Use Task.Run", editor => editor.ReplaceNode(call, SyntaxFactory.InvocationExpression(
            SyntaxFactory.ParseExpression("global::System.Threading.Tasks.Task.Run").WithAdditionalAnnotations(Simplifier.Annotation),
            call.ArgumentList.WithArguments(SyntaxFactory.SeparatedList(arguments, arguments.Skip(1).Select(_ => SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space))))).WithTriviaFrom(call)));
    }

    private static bool Spawns(InvocationExpressionSyntax node, Finding finding, KnownTypes types) =>
        finding.Model.GetOperation(node, finding.Cancellation) is IInvocationOperation call && Spawn.Of(call, types) is not null;

    // 'Task<Task> t = …' and 'StartNew<Task>(…)' say the type that changes.
    private static bool IsNamed(InvocationExpressionSyntax call) => call.Expression is MemberAccessExpressionSyntax { Name: GenericNameSyntax }
        || call.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Type: { IsVar: false } type } } } && type.DescendantNodesAndSelf().OfType<GenericNameSyntax>().Any();

    // '.ContinueWith((Task<Task> t) => …)' says it too.
    private static bool IsContinuedByName(InvocationExpressionSyntax call) => call.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax next }
        && next.ArgumentList.Arguments.Any(argument => argument.Expression is ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: [{ Type: not null }, ..] });

    /// <summary>The delegate and the token; null where something else is given that Task.Run has not.</summary>
    private static List<ArgumentSyntax>? Kept(IInvocationOperation call, KnownTypes types)
    {
        var kept = new List<ArgumentSyntax>();
        foreach (var argument in call.Arguments)
        {
            if (argument.Syntax is not ArgumentSyntax { NameColon: null } written)
                return null;
            if (argument.Parameter is { Type: INamedTypeSymbol { DelegateInvokeMethod: { Parameters.IsEmpty: true, ReturnsVoid: false } } } || types[argument.Parameter?.Type] == KnownType.CancellationToken)
                kept.Add(written.WithoutTrivia());
            else if (types[argument.Parameter?.Type] == KnownType.TaskScheduler ? Waiting.IsOwnScheduler(argument, types) || argument.Value is not IPropertyReferenceOperation { Property.Name: nameof(TaskScheduler.Default) } : !argument.Value.ConstantValue.HasValue)
                return null;
        }
        return kept;
    }
}
