using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Tasks;

/// <summary>Calls <c>Task.Run</c> in the place of the constructor, where it is given nothing that <c>Task.Run</c> has not.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ColdTaskFix() : Fix(ColdTask.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var types = KnownTypes.Of(finding.Model.Compilation);
        if (finding.Node.FirstAncestorOrSelf<BaseObjectCreationExpressionSyntax>() is not { ArgumentList: { } list, Initializer: null } creation
            || finding.Model.GetOperation(creation, finding.Cancellation) is not IObjectCreationOperation { Type: INamedTypeSymbol type } operation || !ColdTasks.IsTask(type, types)
            || operation.Arguments.Any(argument => argument.Syntax is not ArgumentSyntax { NameColon: null } || !IsKept(argument, types)))
            yield break;
        // What the lambda returns may be of another type than the task's, and an async lambda would be awaited.
        var call = With(list, "");
        if (!SymbolEqualityComparer.Default.Equals(finding.Model.GetSpeculativeTypeInfo(creation.SpanStart, call, SpeculativeBindingOption.BindAsExpression).Type, type))
            call = type.TypeArguments is [var result] ? With(list, $"<{result.ToMinimalDisplayString(finding.Model, creation.SpanStart)}>") : call;
        if (SymbolEqualityComparer.Default.Equals(finding.Model.GetSpeculativeTypeInfo(creation.SpanStart, call, SpeculativeBindingOption.BindAsExpression).Type, type) && !IsAsync(list))
            yield return new Remedy("Use Task.Run", editor => editor.ReplaceNode(creation, call.WithTriviaFrom(creation)));
    }

    private static InvocationExpressionSyntax With(ArgumentListSyntax list, string result) => SyntaxFactory.InvocationExpression(
        ((ExpressionSyntax)SyntaxFactory.ParseExpression($"global::System.Threading.Tasks.Task.Run{result}")).WithAdditionalAnnotations(Simplifier.Annotation), list);

    private static bool IsAsync(ArgumentListSyntax list) => list.Arguments.Any(argument => argument.Expression is AnonymousFunctionExpressionSyntax { AsyncKeyword.RawKind: not 0 });

    private static bool IsKept(IArgumentOperation argument, KnownTypes types) =>
        argument.Parameter is { Type: INamedTypeSymbol { DelegateInvokeMethod.Parameters.IsEmpty: true } } || types[argument.Parameter?.Type] == KnownType.CancellationToken;
}
