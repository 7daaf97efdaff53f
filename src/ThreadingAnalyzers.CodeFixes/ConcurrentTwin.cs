using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>
/// A private field with a collection, whose every use a concurrent collection has too: then the field's type is changed, and
/// the few calls that are named differently there.
/// </summary>
internal sealed class ConcurrentTwin
{
    private readonly Finding finding;
    private readonly VariableDeclaratorSyntax field;
    private readonly List<(SyntaxNode Old, SyntaxNode New)> changes = [];

    private ConcurrentTwin(Finding finding, VariableDeclaratorSyntax field) => (this.finding, this.field) = (finding, field);

    /// <summary>The change to the concurrent collection, or null where some use has no equivalent or may not be seen.</summary>
    public static Remedy? Remedy(Finding finding)
    {
        if (Field(finding) is not { } symbol || symbol.DeclaringSyntaxReferences is not [var declared] || symbol.ContainingType.DeclaringSyntaxReferences.Length != 1
            || declared.GetSyntax(finding.Cancellation) is not VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } declaration } field
            || field.SyntaxTree != finding.Root.SyntaxTree
            || symbol.Type is not INamedTypeSymbol type || ConcurrentTwins.Of(type, KnownTypes.Of(finding.Model.Compilation)) is not { } name)
            return null;
        var twin = new ConcurrentTwin(finding, field);
        if (!twin.Retype(declaration.Type, name) || field.Initializer?.Value is { } value && !twin.Create(value, name)
            || !AtomicUpdate.Uses(symbol, finding.Root, finding).All(use => twin.Adapt(use, name)))
            return null;
        return new Remedy("Use the concurrent collection", twin.Apply);
    }

    private static IFieldSymbol? Field(Finding finding) => finding.Model.GetOperation(finding.Node, finding.Cancellation) is { } operation
        ? operation.DescendantsAndSelf().OfType<IFieldReferenceOperation>().Select(reference => reference.Field)
            .FirstOrDefault(field => field is { DeclaredAccessibility: Accessibility.Private, IsVolatile: false } && Containers.IsUnsafeCollection(field.Type, KnownTypes.Of(finding.Model.Compilation)))
        : null;

    private bool Retype(TypeSyntax type, string name)
    {
        if (type is not GenericNameSyntax generic)
            return false;
        changes.Add((type, generic.WithIdentifier(SyntaxFactory.Identifier(name).WithTriviaFrom(generic.Identifier))));
        return true;
    }

    /// <summary>A creation of an empty collection, by its type or without it.</summary>
    private bool Create(ExpressionSyntax value, string name) => value switch
    {
        ImplicitObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: 0, Initializer: null } => true,
        ObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null, Type: var type } => Retype(type, name),
        _ => false,
    };

    /// <summary>Whether the use means the same of the twin, perhaps under another name.</summary>
    private bool Adapt(ExpressionSyntax use, string twin)
    {
        switch (use.Parent)
        {
            case CommonForEachStatementSyntax loop:
                return loop.Expression == use && twin == "ConcurrentQueue";
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression } assignment when assignment.Left == use:
                return assignment.Parent is ExpressionStatementSyntax && Create(assignment.Right, twin);
            case ElementAccessExpressionSyntax element when element.Expression == use:
                return twin == "ConcurrentDictionary" && element.Parent is not (ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } or RefExpressionSyntax)
                    && !IsCompound(element);
            case MemberAccessExpressionSyntax member when member.Expression == use:
                return AdaptMember(member, twin);
            default:
                return false;
        }
    }

    // Each single call is safe there; a read and a write of the same entry in one expression is not one step even so.
    private static bool IsCompound(ElementAccessExpressionSyntax element) => element.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == element && !assignment.IsKind(SyntaxKind.SimpleAssignmentExpression),
        PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } => true,
        _ => false,
    };

    private bool AdaptMember(MemberAccessExpressionSyntax member, string twin)
    {
        var isList = KnownTypes.Of(finding.Model.Compilation)[finding.Model.GetTypeInfo(member.Expression).Type] is KnownType.List;
        var call = member.Parent as InvocationExpressionSyntax;
        var isStatement = call is { Parent: ExpressionStatementSyntax };
        var count = call?.ArgumentList.Arguments.Count ?? -1;
        switch (twin, member.Name.Identifier.ValueText)
        {
            case (_, "Count") when call is null:
            case (_, "ToArray" or "Clear") when count == 0 && Has(twin, member.Name.Identifier.ValueText):
            case ("ConcurrentDictionary", "TryGetValue" or "TryAdd") when count == 2:
            case ("ConcurrentDictionary", "ContainsKey") when count == 1:
            case ("ConcurrentDictionary", "Keys" or "Values") when call is null && IsEnumerated(member):
            case ("ConcurrentQueue", "Enqueue") when count == 1 && !isList:
                return true;
            case ("ConcurrentDictionary", "Remove") when count == 1:
                changes.Add((call!, Renamed(call!, member, "TryRemove").WithArgumentList(
                    SyntaxFactory.ParseArgumentList($"({call!.ArgumentList.Arguments[0]}, out _)").WithTriviaFrom(call.ArgumentList))));
                return !finding.Model.LookupSymbols(call!.SpanStart, name: "_").Any() && ((CSharpParseOptions)call.SyntaxTree.Options).LanguageVersion >= LanguageVersion.CSharp7;
            case ("ConcurrentQueue", "Add") when count == 1 && isList && isStatement:
                changes.Add((call!, Renamed(call!, member, "Enqueue")));
                return true;
            default:
                return false;
        }
    }

    // Older frameworks lack some members, such as the queue's Clear.
    private bool Has(string twin, string member) =>
        new[] { 1, 2 }.Select(arity => finding.Model.Compilation.GetTypeByMetadataName($"{ConcurrentTwins.Namespace}.{twin}`{arity}")).FirstOrDefault(type => type is not null)?.GetMembers(member).Any() == true;

    private bool IsEnumerated(MemberAccessExpressionSyntax keys) => keys.Parent is CommonForEachStatementSyntax
        || keys.Parent is MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax query } && KnownTypes.Of(finding.Model.Compilation)[finding.Model.GetSymbolInfo(query).Symbol?.ContainingType] is KnownType.Enumerable;

    private static InvocationExpressionSyntax Renamed(InvocationExpressionSyntax call, MemberAccessExpressionSyntax member, string name) =>
        call.WithExpression(member.WithName(SyntaxFactory.IdentifierName(name).WithTriviaFrom(member.Name)));

    private void Apply(DocumentEditor editor)
    {
        foreach (var (old, @new) in changes)
            editor.ReplaceNode(old, @new);
        if (editor.OriginalRoot is CompilationUnitSyntax unit && !IsImported(unit))
            editor.ReplaceNode(unit, (current, _) => WithUsing((CompilationUnitSyntax)current));
    }

    private bool IsImported(CompilationUnitSyntax unit) =>
        finding.Model.LookupNamespacesAndTypes(field.SpanStart, name: "ConcurrentQueue").OfType<INamedTypeSymbol>().Any();

    /// <summary>The file with the using among the others, in their order.</summary>
    private static CompilationUnitSyntax WithUsing(CompilationUnitSyntax unit)
    {
        var lineEnd = SyntaxFactory.EndOfLine(unit.ToFullString().Contains("\r\n") ? "\r\n" : "\n");
        var added = SyntaxFactory.UsingDirective(SyntaxFactory.ParseName(ConcurrentTwins.Namespace).WithLeadingTrivia(SyntaxFactory.Space)).WithTrailingTrivia(lineEnd);
        if (unit.Usings is [])
        {
            var first = unit.GetFirstToken();
            var leading = first.LeadingTrivia;
            return unit.ReplaceToken(first, first.WithLeadingTrivia()).WithUsings(SyntaxFactory.SingletonList(added.WithLeadingTrivia(leading).WithTrailingTrivia(lineEnd, lineEnd)));
        }
        var index = unit.Usings.TakeWhile(other => other.Name is { } name && (name.ToString().StartsWith("System", StringComparison.Ordinal) && string.CompareOrdinal(name.ToString(), ConcurrentTwins.Namespace) < 0)).Count();
        if (index > 0)
            return unit.WithUsings(unit.Usings.Insert(index, added));
        var head = unit.Usings[0];
        return unit.WithUsings(unit.Usings.Replace(head, head.WithLeadingTrivia()).Insert(0, added.WithLeadingTrivia(head.GetLeadingTrivia())));
    }
}
