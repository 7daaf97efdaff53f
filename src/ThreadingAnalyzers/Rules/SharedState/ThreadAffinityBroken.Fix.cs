using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.SharedState;

/// <summary>Sends the statement to the thread that the control belongs to, by the means that its toolkit has for that.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ThreadAffinityBrokenFix() : Fix(ThreadAffinityBroken.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } statement
            || statement.Expression is not (InvocationExpressionSyntax or AssignmentExpressionSyntax)
            || finding.Node.Ancestors().TakeWhile(node => node != statement).Any(node => node is AnonymousFunctionExpressionSyntax)
            || statement.DescendantNodes().Any(node => node is AwaitExpressionSyntax or DeclarationExpressionSyntax or SingleVariableDesignationSyntax or RefExpressionSyntax)
            || MentionsReference(statement, finding) || Control(finding) is not var (control, type)
            || Way(control, type, finding) is not { } way)
            yield break;
        yield return new Remedy("Invoke on its dispatcher", editor => editor.ReplaceNode(statement.Expression,
            way(SyntaxFactory.ParenthesizedLambdaExpression(statement.Expression.WithoutTrivia())).WithTriviaFrom(statement.Expression).WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation)));
    }

    /// <summary>The control, as the code writes it; null for the object that runs the code.</summary>
    private static (ExpressionSyntax? Control, ITypeSymbol Type)? Control(Finding finding)
    {
        var member = finding.Node switch
        {
            InvocationExpressionSyntax call => call.Expression,
            ExpressionSyntax use => use,
            _ => null,
        };
        for (var outer = member as MemberAccessExpressionSyntax; outer is not null; outer = outer.Expression as MemberAccessExpressionSyntax)
        {
            if (outer.Expression is ThisExpressionSyntax or BaseExpressionSyntax)
                break;
            if (finding.Model.GetTypeInfo(outer.Expression, finding.Cancellation).Type is { } type && (Has(type, "InvokeRequired") || Has(type, "Dispatcher") || Has(type, "DispatcherQueue") || Has(type, "CheckAccess")))
                return (outer.Expression, type);
        }
        return finding.Model.GetEnclosingSymbol(finding.Node.SpanStart, finding.Cancellation)?.ContainingType is { } self ? (null, self) : null;
    }

    /// <summary>How the toolkit runs a delegate on the control's thread.</summary>
    private static Func<ExpressionSyntax, ExpressionSyntax>? Way(ExpressionSyntax? control, ITypeSymbol type, Finding finding)
    {
        if (Has(type, "InvokeRequired") && Member(type, "Invoke") is not null)
        {
            // Control.Invoke takes any delegate, and a lambda is one of its own accord only from C# 10 on.
            var isTyped = Members(type, "Invoke").OfType<IMethodSymbol>().Any(method => method.Parameters is [{ Type: INamedTypeSymbol { DelegateInvokeMethod.Parameters.IsEmpty: true } }])
                || finding.Model.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp10 };
            return lambda => Call(control, isTyped ? lambda : SyntaxFactory.ParseExpression($"new System.Action({lambda.NormalizeWhitespace()})"), "Invoke");
        }
        if (Member(type, "Dispatcher") is IPropertySymbol { Type: var dispatcher, IsStatic: false })
            return Member(dispatcher, "Invoke") is not null ? lambda => Call(control, lambda, "Dispatcher", "Invoke")
                : Member(dispatcher, "Dispatch") is not null ? lambda => Call(control, lambda, "Dispatcher", "Dispatch") : null;
        if (Member(type, "DispatcherQueue") is IPropertySymbol { Type: var queue } && Member(queue, "TryEnqueue") is not null)
            return lambda => Call(control, lambda, "DispatcherQueue", "TryEnqueue");
        // A component of Blazor, which only its own code may call; the task that this gives is nobody's to wait for.
        return control is null && Member(type, "StateHasChanged") is not null && Member(type, "InvokeAsync") is not null ? lambda => Call(null, lambda, "InvokeAsync") : null;
    }

    private static ExpressionSyntax Call(ExpressionSyntax? control, ExpressionSyntax work, params string[] path)
    {
        var target = path.Aggregate(control?.WithoutTrivia(), (owner, name) => owner is null
            ? SyntaxFactory.IdentifierName(name)
            : SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, owner, SyntaxFactory.IdentifierName(name)));
        return SyntaxFactory.InvocationExpression(target!, SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(work))));
    }

    /// <summary>Whether the statement uses a parameter that a lambda cannot capture.</summary>
    private static bool MentionsReference(StatementSyntax statement, Finding finding) => statement.DescendantNodes().OfType<IdentifierNameSyntax>()
        .Any(name => finding.Model.GetSymbolInfo(name, finding.Cancellation).Symbol is IParameterSymbol { RefKind: not RefKind.None } or ILocalSymbol { RefKind: not RefKind.None });

    private static bool Has(ITypeSymbol type, string name) => Member(type, name) is not null;

    private static ISymbol? Member(ITypeSymbol type, string name) => Members(type, name).FirstOrDefault();

    private static IEnumerable<ISymbol> Members(ITypeSymbol type, string name)
    {
        for (var current = type; current is not null; current = current.BaseType)
            foreach (var member in current.GetMembers(name))
                yield return member;
    }
}
