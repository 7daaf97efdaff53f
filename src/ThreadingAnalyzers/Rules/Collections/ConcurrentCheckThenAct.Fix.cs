using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Collections;

/// <summary>Makes one call of the test and the act, where nothing else stands between them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class ConcurrentCheckThenActFix() : Fix(ConcurrentCheckThenAct.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: MemberAccessExpressionSyntax { Expression: var collection, Name.Identifier.ValueText: var asked }, ArgumentList.Arguments: var arguments } check
            || finding.Model.GetTypeInfo(collection, finding.Cancellation).Type is not { } type || type.GetMembers("GetOrAdd").IsEmpty)
            return [];
        if (ConcurrentCheckThenAct.IsCopy(finding.Diagnostic))
            return OfCopy(collection, asked);
        if (arguments is not [{ Expression: var key }, ..])
            return [];
        var entry = new Entry(collection, key);
        return asked == "TryGetValue" && arguments is [_, { Expression: var got }] ? OfGet(check, entry, got)
            : asked == "ContainsKey" ? [.. OfAbsent(check, entry), .. OfPresent(check, entry, finding), .. OfBoth(check, entry)]
            : [];
    }

    /// <summary><c>d.ToList()</c>. Reversed, an array may mean its span, which is reversed in place.</summary>
    private static IEnumerable<Remedy> OfCopy(ExpressionSyntax collection, string query) => query == "Reverse" ? []
        : [new Remedy("Copy it with ToArray", editor => editor.ReplaceNode(collection, SyntaxFactory.ParseExpression($"{collection.WithoutTrivia()}.ToArray()").WithTriviaFrom(collection)))];

    /// <summary><c>if (!d.TryGetValue(k, out var v)) { v = X; d[k] = v; }</c></summary>
    private static IEnumerable<Remedy> OfGet(InvocationExpressionSyntax check, Entry entry, ExpressionSyntax got)
    {
        if (!(check.Parent is PrefixUnaryExpressionSyntax { Parent: IfStatementSyntax { Else: null, Parent: BlockSyntax } test } not && not.IsKind(SyntaxKind.LogicalNotExpression)))
            yield break;
        var name = got switch
        {
            DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax single } => single.Identifier.ValueText,
            IdentifierNameSyntax local => local.Identifier.ValueText,
            _ => "",
        };
        if (Made(Statements(test.Statement), entry, name) is not { } value || !MayMove(value, name))
            yield break;
        var call = entry.Call("GetOrAdd", $"_ => {value}");
        var written = got is DeclarationExpressionSyntax declaration ? $"{declaration.Type} {name} = {call};" : $"{name} = {call};";
        yield return new Remedy("Use GetOrAdd", editor => editor.ReplaceNode(test, SyntaxFactory.ParseStatement(written).WithTriviaFrom(test)));
    }

    /// <summary>What the local gets and the dictionary then, where the statements do nothing else.</summary>
    private static ExpressionSyntax? Made(IReadOnlyList<StatementSyntax> statements, Entry entry, string local)
    {
        switch (statements)
        {
            case [ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: var first }, Right: var made } }, ExpressionStatementSyntax { Expression: var act }]:
                return first == local && (entry.Set(act) ?? entry.Added(act)) is IdentifierNameSyntax { Identifier.ValueText: var second } && second == local ? made : null;
            case [ExpressionStatementSyntax { Expression: var only }]:
                return entry.Set(only) is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: var name }, Right: var value } && name == local ? value : null;
            default: return null;
        }
    }

    private static IEnumerable<Remedy> OfAbsent(InvocationExpressionSyntax check, Entry entry)
    {
        if (check.Parent is PrefixUnaryExpressionSyntax { Parent: IfStatementSyntax { Else: null } absent } && Statements(absent.Statement) is [ExpressionStatementSyntax { Expression: var act } statement]
            && entry.Set(act) is { } value && MayMove(value, ""))
        {
            var isPlain = value is IdentifierNameSyntax or LiteralExpressionSyntax or ThisExpressionSyntax;
            yield return new Remedy("Use GetOrAdd", editor => editor.ReplaceNode(absent, SyntaxFactory.ParseStatement(entry.Call("GetOrAdd", isPlain ? $"{value}" : $"_ => {value}") + ";")
                .WithLeadingTrivia(absent.GetLeadingTrivia()).WithTrailingTrivia(statement.GetTrailingTrivia())));
        }
        else if (check.Parent is IfStatementSyntax { Else: null, Parent: BlockSyntax block } present && Statements(present.Statement) is [ThrowStatementSyntax or ReturnStatementSyntax { Expression.RawKind: (int)SyntaxKind.FalseLiteralExpression }]
            && block.Statements.SkipWhile(other => other != present).Skip(1).FirstOrDefault() is ExpressionStatementSyntax { Expression: var next } following && entry.Set(next) is { } stored && MayMove(stored, ""))
        {
            yield return new Remedy("Use TryAdd", editor =>
            {
                editor.ReplaceNode(check, SyntaxFactory.ParseExpression("!" + entry.Call("TryAdd", $"{stored}")).WithTriviaFrom(check));
                editor.RemoveNode(following, SyntaxRemoveOptions.KeepUnbalancedDirectives);
            });
        }
    }

    /// <summary><c>d.ContainsKey(k) ? d[k] : x</c>, and the same with <c>if</c>.</summary>
    private static IEnumerable<Remedy> OfPresent(InvocationExpressionSyntax check, Entry entry, Finding finding)
    {
        SyntaxNode? code = check.Parent switch
        {
            ConditionalExpressionSyntax conditional when conditional.Condition == check => conditional.WhenTrue,
            IfStatementSyntax test => test.Statement,
            BinaryExpressionSyntax both when both.IsKind(SyntaxKind.LogicalAndExpression) && both.Left == check => both.Right,
            _ => null,
        };
        var elements = code?.DescendantNodesAndSelf().OfType<ElementAccessExpressionSyntax>().Where(entry.IsElement).ToList();
        if (elements is not { Count: > 0 } || elements.Any(IsChanged) || ((CSharpParseOptions)check.SyntaxTree.Options).LanguageVersion < LanguageVersion.CSharp7
            || check.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault() is not { } member)
            yield break;
        var name = FreeName.In(member, "value", finding.Model, check.SpanStart);
        yield return new Remedy("Use TryGetValue", editor =>
        {
            editor.ReplaceNode(check, SyntaxFactory.ParseExpression(entry.Call("TryGetValue", $"out var {name}")).WithTriviaFrom(check));
            foreach (var element in elements)
                editor.ReplaceNode(element, SyntaxFactory.IdentifierName(name).WithTriviaFrom(element));
        });
    }

    /// <summary><c>if (d.ContainsKey(k)) d[k] += x; else d[k] = y;</c></summary>
    private static IEnumerable<Remedy> OfBoth(InvocationExpressionSyntax check, Entry entry)
    {
        if (Arms(check) is not var (test, present, absent) || Statements(present) is not [ExpressionStatementSyntax { Expression: var change }] || Statements(absent) is not [ExpressionStatementSyntax { Expression: var act } last]
            || entry.Set(act) is not { } first || !MayMove(first, "") || Changed(change, entry) is not { } changed)
            yield break;
        yield return new Remedy("Use AddOrUpdate", editor => editor.ReplaceNode(test, SyntaxFactory.ParseStatement(entry.Call("AddOrUpdate", $"{(first is LiteralExpressionSyntax or IdentifierNameSyntax ? "" : "_ => ")}{first}, (_, value) => value {changed}") + ";")
            .WithLeadingTrivia(test.GetLeadingTrivia()).WithTrailingTrivia(last.GetTrailingTrivia())));
    }

    private static (IfStatementSyntax Test, StatementSyntax Present, StatementSyntax Absent)? Arms(InvocationExpressionSyntax check) => check.Parent switch
    {
        IfStatementSyntax { Else.Statement: var other } test => (test, test.Statement, other),
        PrefixUnaryExpressionSyntax { Parent: IfStatementSyntax { Else.Statement: var other } test } => (test, other, test.Statement),
        _ => null,
    };

    /// <summary>What is done to the value: an operator and its operand.</summary>
    private static string? Changed(ExpressionSyntax change, Entry entry) => change switch
    {
        PostfixUnaryExpressionSyntax { Operand: ElementAccessExpressionSyntax element } step when entry.IsElement(element) => step.IsKind(SyntaxKind.PostIncrementExpression) ? "+ 1" : "- 1",
        PrefixUnaryExpressionSyntax { Operand: ElementAccessExpressionSyntax element } step when entry.IsElement(element) => step.IsKind(SyntaxKind.PreIncrementExpression) ? "+ 1" : "- 1",
        AssignmentExpressionSyntax { Left: ElementAccessExpressionSyntax element, Right: var operand } compound when entry.IsElement(element) && MayMove(operand, "") => compound.Kind() switch
        {
            SyntaxKind.AddAssignmentExpression => $"+ {Operand(operand)}",
            SyntaxKind.SubtractAssignmentExpression => $"- {Operand(operand)}",
            _ => null,
        },
        _ => null,
    };

    private static string Operand(ExpressionSyntax operand) => operand is BinaryExpressionSyntax or ConditionalExpressionSyntax or AssignmentExpressionSyntax ? $"({operand})" : $"{operand}";

    private static bool IsChanged(ElementAccessExpressionSyntax element) =>
        element.Parent is AssignmentExpressionSyntax assignment && assignment.Left == element || element.Parent is PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax or ArgumentSyntax { RefKindKeyword.RawKind: not 0 };

    /// <summary>Whether the expression means the same in a lambda: it awaits nothing, declares nothing, is no lambda itself and does not name the local that it fills.</summary>
    private static bool MayMove(ExpressionSyntax value, string local) => value is not (AnonymousFunctionExpressionSyntax or InitializerExpressionSyntax) && !value.DescendantNodesAndSelf().Any(node =>
        node is AwaitExpressionSyntax or DeclarationExpressionSyntax or AssignmentExpressionSyntax { Parent: not InitializerExpressionSyntax } or RefExpressionSyntax || node is IdentifierNameSyntax { Identifier.ValueText: var name } && (name == local || name == "_"))
        && !value.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia));

    private static List<StatementSyntax> Statements(StatementSyntax statement) => statement is BlockSyntax block ? block.Statements.ToList() : new List<StatementSyntax> { statement };

    /// <summary>A collection and a key, as written.</summary>
    private sealed record Entry(ExpressionSyntax Collection, ExpressionSyntax Key)
    {
        public string Call(string method, string rest) => $"{Collection.WithoutTrivia()}.{method}({Key.WithoutTrivia()}, {rest})";

        public bool IsElement(ElementAccessExpressionSyntax element) => SyntaxFactory.AreEquivalent(element.Expression, Collection) && element.ArgumentList.Arguments is [{ Expression: var key }] && SyntaxFactory.AreEquivalent(key, Key);

        /// <summary>What <c>d[k] = x</c> stores.</summary>
        public ExpressionSyntax? Set(ExpressionSyntax act) => act is AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Left: ElementAccessExpressionSyntax element, Right: var value } && IsElement(element) ? value.WithoutTrivia() : null;

        /// <summary>What <c>d.TryAdd(k, x)</c> stores.</summary>
        public ExpressionSyntax? Added(ExpressionSyntax act) => act is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "TryAdd", Expression: var collection }, ArgumentList.Arguments: [{ Expression: var key }, { Expression: var value }] }
            && SyntaxFactory.AreEquivalent(collection, Collection) && SyntaxFactory.AreEquivalent(key, Key) ? value : null;
    }
}
