using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>
/// The member of a type that ends what the type owns, and how one more owned thing is ended there: <c>Dispose</c>, else the
/// member that stops the object, else a <c>Dispose</c> that the type gets, with the interface or as an override; where the end has
/// to be awaited a <c>DisposeAsync</c>.
/// </summary>
/// <param name="Declaration">The part of the type that is edited.</param>
/// <param name="Type">The type.</param>
/// <param name="Calls">The statements that end what the field holds.</param>
internal sealed record OwnerEnd(TypeDeclarationSyntax Declaration, INamedTypeSymbol Type, params StatementSyntax[] Calls)
{
    /// <summary>The remedy that ends what a field holds; null where no member is certainly the right one.</summary>
    /// <param name="words">What the remedy does, before the place: <c>Shut it down in</c>.</param>
    /// <param name="field">The field or property, of the type that the finding is in.</param>
    /// <param name="held">The type of what it holds.</param>
    /// <param name="finding">The finding.</param>
    public static Remedy? Remedy(string words, ISymbol field, ITypeSymbol held, Finding finding)
    {
        if (finding.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not (ClassDeclarationSyntax or RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword }) and not null
            || finding.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || finding.Model.GetDeclaredSymbol(declaration, finding.Cancellation) is not { } type || !SymbolEqualityComparer.Default.Equals(type, field.ContainingType))
            return null;
        var types = KnownTypes.Of(finding.Model.Compilation);
        // Who can be stopped can often be started again, and needs what its construction made.
        var isMadeOnce = finding.Node.AncestorsAndSelf().Any(node => node is ConstructorDeclarationSyntax or FieldDeclarationSyntax or PropertyDeclarationSyntax { Initializer: not null });
        foreach (var method in Candidates(type, declaration).Where(method => !isMadeOnce || !PoolMembers.MayRestart(method.Identifier.ValueText)))
            if (EndCall.Of(held, IsAsync(method), types) is { } call && new OwnerEnd(declaration, type, call.On(field.Name, MayBeNull(field, finding))) is var owner && !Hides(method, field) && owner.In(method) is { } changed)
                return new Remedy(words + (PoolMembers.Disposes(method.Identifier.ValueText) ? " " + method.Identifier.ValueText : $" '{method.Identifier.ValueText}'"), editor => editor.ReplaceNode(method, changed), words);
        if (type.GetMembers().OfType<IMethodSymbol>().Any(method => StopMembers.IsStop(method) && !method.IsStatic))
            return null;
        var mayBeNull = MayBeNull(field, finding);
        if (EndCall.Of(held, mayAwait: false, types) is { } end)
            return new OwnerEnd(declaration, type, end.On(field.Name, mayBeNull)).Added(finding.Model.Compilation) is { } change ? new Remedy(words + " Dispose", change, words) : null;
        return EndCall.Of(held, mayAwait: true, types) is { } awaited && new OwnerEnd(declaration, type, awaited.On(field.Name, mayBeNull)).AddedAsync(finding.Model.Compilation) is { } added
            ? new Remedy(words + " DisposeAsync", added, words) : null;
    }

    /// <summary>How the object's Dispose runs one more statement, in a Dispose that it gets where it has none; null where no member is certainly the right one.</summary>
    public static Action<DocumentEditor>? InDispose(StatementSyntax call, TypeDeclarationSyntax declaration, INamedTypeSymbol type, Compilation compilation) => InDispose([call], [call], declaration, type, compilation);

    /// <inheritdoc cref="InDispose(StatementSyntax, TypeDeclarationSyntax, INamedTypeSymbol, Compilation)"/>
    /// <param name="calls">The statements for a Dispose that is there.</param>
    /// <param name="all">Those of a new one.</param>
    /// <param name="declaration">The part of the type that is edited.</param>
    /// <param name="type">The type.</param>
    /// <param name="compilation">The program.</param>
    /// <param name="mayAwait">Whether it may also be an async DisposeAsync, where nothing is to block.</param>
    public static Action<DocumentEditor>? InDispose(StatementSyntax[] calls, StatementSyntax[] all, TypeDeclarationSyntax declaration, INamedTypeSymbol type, Compilation compilation, bool mayAwait = false)
    {
        var owner = new OwnerEnd(declaration, type, calls);
        foreach (var method in Candidates(type, declaration).Where(method => PoolMembers.Disposes(method.Identifier.ValueText) && (mayAwait || !IsAsync(method))))
            if (owner.In(method) is { } changed)
                return editor => editor.ReplaceNode(method, changed);
        return type.GetMembers().OfType<IMethodSymbol>().Any(method => StopMembers.IsStop(method) && !method.IsStatic) ? null : new OwnerEnd(declaration, type, all).Added(compilation);
    }

    /// <summary>A DisposeAsync with the statements, of which one awaits, for a type that nothing ends; null where it may not have one.</summary>
    public static Action<DocumentEditor>? InDisposeAsync(StatementSyntax[] calls, TypeDeclarationSyntax declaration, INamedTypeSymbol type, Compilation compilation) =>
        type.GetMembers().OfType<IMethodSymbol>().Any(method => StopMembers.IsStop(method) && !method.IsStatic) ? null : new OwnerEnd(declaration, type, calls).AddedAsync(compilation);

    /// <summary>The members of this document by which the object is ended, <c>Dispose(bool)</c> first.</summary>
    private static IEnumerable<MethodDeclarationSyntax> Candidates(INamedTypeSymbol type, TypeDeclarationSyntax declaration) => type.GetMembers().OfType<IMethodSymbol>()
        .Where(method => !method.IsStatic && !method.IsAbstract && (StopMembers.IsStop(method) || PoolMembers.DisposesIf(method)))
        .OrderBy(method => PoolMembers.DisposesIf(method) ? 0 : PoolMembers.Disposes(method) ? 1 : 2).ThenBy(StopMembers.Rank)
        .Select(method => method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() as MethodDeclarationSyntax)
        .OfType<MethodDeclarationSyntax>().Where(method => method.SyntaxTree == declaration.SyntaxTree);

    private static bool IsAsync(MethodDeclarationSyntax method) => method.Modifiers.Any(SyntaxKind.AsyncKeyword);

    private static bool Hides(MethodDeclarationSyntax method, ISymbol field) => method.DescendantNodes().Any(node =>
        node is VariableDeclaratorSyntax variable && variable.Identifier.ValueText == field.Name || node is ParameterSyntax parameter && parameter.Identifier.ValueText == field.Name);

    /// <summary>Whether the field may hold nothing when the object ends: it is not filled by its construction once and for all.</summary>
    public static bool MayBeNull(ISymbol field, Finding finding) => field switch
    {
        IFieldSymbol { IsReadOnly: true } => false,
        IPropertySymbol { SetMethod: null } => false,
        _ => field.NullableAnnotationOf() == NullableAnnotation.Annotated || !IsInitialised(field, finding),
    };

    private static bool IsInitialised(ISymbol field, Finding finding) => field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(finding.Cancellation)
        is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax } or PropertyDeclarationSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax };

    /// <summary>The method with the call: at the start of what disposes, at the end of what stops; null where it leaves in several ways.</summary>
    private MethodDeclarationSyntax? In(MethodDeclarationSyntax method)
    {
        var isDispose = PoolMembers.Disposes(method.Identifier.ValueText);
        if (method.Body is null)
            return method.ExpressionBody is { } arrow && (method.ReturnType is PredefinedTypeSyntax || IsAsync(method)) ? WithBlock(method, arrow.Expression, isDispose) : null;
        if (method is { ParameterList.Parameters: [{ Identifier.ValueText: var disposing }] } && isDispose)
            return method.Body.Statements.OfType<IfStatementSyntax>().FirstOrDefault(test => test.Condition is IdentifierNameSyntax name && name.Identifier.ValueText == disposing) is { Statement: BlockSyntax block }
                ? method.ReplaceNode(block, block.WithStatements(block.Statements.InsertRange(0, Lines)).WithAdditionalAnnotations(Formatter.Annotation))
                : null;
        if (!isDispose && method.Body.DescendantNodes().Any(node => node is ReturnStatementSyntax or ThrowStatementSyntax))
            return null;
        // The first lines of a Dispose often see to it that the others are run once.
        var index = isDispose ? method.Body.Statements.TakeWhile(IsGate).Count() : method.Body.Statements.Count;
        return method.WithBody(method.Body.WithStatements(method.Body.Statements.InsertRange(index, Lines)));
    }

    private IEnumerable<StatementSyntax> Lines => Calls.Select(call => call.WithTrailingTrivia(LineEnd));

    private string Text => string.Join("\n", Calls.Select(call => call.NormalizeWhitespace().ToString()));

    private SyntaxTrivia LineEnd => SyntaxFactory.EndOfLine(Declaration.SyntaxTree.GetText().ToString().Contains("\r\n") ? "\r\n" : "\n");

    private static bool IsGate(StatementSyntax statement) => statement is IfStatementSyntax { Statement: ReturnStatementSyntax or BlockSyntax { Statements: [ReturnStatementSyntax] } }
        or ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Right: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.TrueLiteralExpression } } };

    private MethodDeclarationSyntax WithBlock(MethodDeclarationSyntax method, ExpressionSyntax expression, bool isDispose)
    {
        var statement = SyntaxFactory.ExpressionStatement(expression.WithoutTrivia()).WithAdditionalAnnotations(Formatter.Annotation);
        return method.WithExpressionBody(null).WithSemicolonToken(default)
            .WithBody(SyntaxFactory.Block(isDispose ? Lines.Append(statement) : Calls.Prepend(statement.WithTrailingTrivia(LineEnd))).WithTrailingTrivia(method.GetTrailingTrivia()))
            .WithParameterList(method.ParameterList.WithTrailingTrivia(SyntaxFactory.ElasticMarker))
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    private bool MayHaveMember => !Declaration.OpenBraceToken.IsKind(SyntaxKind.None) && !Declaration.OpenBraceToken.IsMissing && !Type.GetMembers().Any(member => PoolMembers.Disposes(member.Name));

    /// <summary>A new member that awaits the end of what the field holds, with its interface; null where the framework has none, or where the type can be disposed in another way, which would not end it.</summary>
    private Action<DocumentEditor>? AddedAsync(Compilation compilation) =>
        MayHaveMember && !PoolMembers.IsDisposable(Type, isAsync: false) && !PoolMembers.IsDisposable(Type, isAsync: true)
            && compilation.GetTypeByMetadataName("System.IAsyncDisposable") is not null && compilation.GetTypeByMetadataName("System.Threading.Tasks.ValueTask") is not null
            ? WithInterfaceAndMember("global::System.IAsyncDisposable", "async global::System.Threading.Tasks.ValueTask DisposeAsync()")
            : null;

    private Action<DocumentEditor> WithInterfaceAndMember(string name, string member) => editor => editor.ReplaceNode(Declaration, (current, _) => WithMember(WithInterface((TypeDeclarationSyntax)current, name),
        $"public {member}\n{{\n{Text}\n{(Type.IsSealed ? "" : "global::System.GC.SuppressFinalize(this);\n")}}}\n"));

    /// <summary>A new member that ends what the field holds, and the interface where the type does not have it.</summary>
    private Action<DocumentEditor>? Added(Compilation compilation)
    {
        if (!MayHaveMember)
            return null;
        if (!PoolMembers.IsDisposable(Type, isAsync: false))
            return WithInterfaceAndMember("global::System.IDisposable", "void Dispose()");
        for (var current = Type.BaseType; current is not null; current = current.BaseType)
            foreach (var method in current.GetMembers().OfType<IMethodSymbol>().Where(method => (method.IsVirtual || method.IsOverride && !method.IsSealed) && compilation.IsSymbolAccessibleWithin(method, Type)).OrderBy(method => PoolMembers.DisposesIf(method) ? 0 : 1))
                if (PoolMembers.DisposesIf(method))
                    return Override($"{Words(method.DeclaredAccessibility)} override void Dispose(bool {method.Parameters[0].Name})\n{{\nif ({method.Parameters[0].Name})\n{{\n{Text}\n}}\nbase.Dispose({method.Parameters[0].Name});\n}}\n");
                else if (PoolMembers.Disposes(method) && method is { Parameters.IsEmpty: true, ReturnsVoid: true })
                    return Override($"public override void Dispose()\n{{\n{Text}\nbase.Dispose();\n}}\n");
        return null;

        Action<DocumentEditor> Override(string text) => editor => editor.ReplaceNode(Declaration, (current, _) => WithMember((TypeDeclarationSyntax)current, text));
    }

    private static string Words(Accessibility accessibility) => accessibility switch
    {
        Accessibility.Public => "public",
        Accessibility.ProtectedOrInternal => "protected internal",
        _ => "protected",
    };

    private TypeDeclarationSyntax WithMember(TypeDeclarationSyntax type, string text) => type.WithMembers(type.Members.Add(
        SyntaxFactory.ParseMemberDeclaration(text)!.WithLeadingTrivia(LineEnd).WithTrailingTrivia(LineEnd).WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation)));

    private static TypeDeclarationSyntax WithInterface(TypeDeclarationSyntax type, string name)
    {
        var disposable = SyntaxFactory.SimpleBaseType(SyntaxFactory.ParseTypeName(name).WithAdditionalAnnotations(Simplifier.Annotation));
        if (type.BaseList is { } bases)
        {
            var last = bases.Types.Last();
            var nodes = bases.Types.Replace(last, last.WithoutTrailingTrivia()).GetWithSeparators()
                .Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space)).Add(disposable.WithTrailingTrivia(last.GetTrailingTrivia()));
            return type.WithBaseList(bases.WithTypes(SyntaxFactory.SeparatedList<BaseTypeSyntax>(nodes)));
        }
        var before = type.ParameterList?.GetLastToken() ?? type.TypeParameterList?.GetLastToken() ?? type.Identifier;
        var list = SyntaxFactory.BaseList(SyntaxFactory.Token(SyntaxKind.ColonToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.SingletonSeparatedList<BaseTypeSyntax>(disposable)).WithTrailingTrivia(before.TrailingTrivia);
        return type.ReplaceToken(before, before.WithTrailingTrivia()).WithBaseList(list);
    }
}
