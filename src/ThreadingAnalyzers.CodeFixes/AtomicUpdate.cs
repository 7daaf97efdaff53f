using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.Api;

namespace ThreadingAnalyzers.CodeFixes;

/// <summary>
/// One update of an integer, <c>n++</c> or <c>n += e</c>, and the call of <c>Interlocked</c> that does the same at once. An
/// integer is updated so at all of its places or at none: a plain update beside atomic ones loses updates as before.
/// </summary>
/// <param name="Written">The update as it is.</param>
/// <param name="Target">The integer in it.</param>
/// <param name="Amount">What is added; null for one more or one less.</param>
/// <param name="IsMinus">Whether it is taken away.</param>
internal sealed record AtomicUpdate(ExpressionSyntax Written, ExpressionSyntax Target, ExpressionSyntax? Amount, bool IsMinus)
{
    /// <summary>
    /// All updates of the integer that the finding names, or none where one of its uses has no equivalent or may not be seen:
    /// another kind of write, a reference to it, a use under a lock.
    /// </summary>
    public static IReadOnlyList<AtomicUpdate> AllOf(Finding finding)
    {
        var model = finding.Model;
        if (finding.Node is not ExpressionSyntax named || model.GetSymbolInfo(named, finding.Cancellation).Symbol is not { } integer || !IsUpdatable(integer, model.Compilation)
            || IsNamedElsewhere(integer, finding))
            return [];
        var updates = new List<AtomicUpdate>();
        foreach (var use in Uses(integer, finding.Root, finding))
        {
            if (use.Ancestors().Any(node => node is LockStatementSyntax) || !IsKnown(use, integer, model, out var update))
                return [];
            if (update is not null)
                updates.Add(update);
        }
        return updates;
    }

    /// <summary>The expressions that name the variable below a node, with what they are members of.</summary>
    public static IEnumerable<ExpressionSyntax> Uses(ISymbol variable, SyntaxNode scope, Finding finding) => scope.DescendantNodes().OfType<IdentifierNameSyntax>()
        .Where(name => name.Identifier.ValueText == variable.Name && SymbolEqualityComparer.Default.Equals(finding.Model.GetSymbolInfo(name, finding.Cancellation).Symbol?.OriginalDefinition, variable.OriginalDefinition))
        .Select(name => name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name.Parent is MemberBindingExpressionSyntax binding ? binding : (ExpressionSyntax)name);

    /// <summary>The update as the target's own new value, e.g. <c>local + e</c>.</summary>
    public ExpressionSyntax Added(ExpressionSyntax to) => SyntaxFactory.BinaryExpression(
        IsMinus ? SyntaxKind.SubtractExpression : SyntaxKind.AddExpression,
        to.WithTrailingTrivia(SyntaxFactory.Space),
        SyntaxFactory.Token(IsMinus ? SyntaxKind.MinusToken : SyntaxKind.PlusToken).WithTrailingTrivia(SyntaxFactory.Space),
        Amount is null ? SyntaxFactory.ParseExpression("1") : Operand(Amount));

    /// <summary>The same update as a call of <c>Interlocked</c>.</summary>
    public ExpressionSyntax Atomic()
    {
        if (Amount is null)
            return Call(IsMinus ? "Decrement" : "Increment", Target).WithTriviaFrom(Written);
        var amount = IsMinus ? SyntaxFactory.PrefixUnaryExpression(SyntaxKind.UnaryMinusExpression, Operand(Amount)) : Amount.WithoutTrivia();
        return Call("Add", Target, amount).WithTriviaFrom(Written);
    }

    /// <summary>A call of a member of <c>Interlocked</c> on a variable.</summary>
    public static InvocationExpressionSyntax Call(string member, ExpressionSyntax target, params ExpressionSyntax[] rest)
    {
        var arguments = new List<SyntaxNodeOrToken>
        {
            SyntaxFactory.Argument(null, SyntaxFactory.Token(SyntaxKind.RefKeyword).WithTrailingTrivia(SyntaxFactory.Space), target.WithoutTrivia()),
        };
        foreach (var argument in rest)
        {
            arguments.Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space));
            arguments.Add(SyntaxFactory.Argument(argument));
        }
        return SyntaxFactory.InvocationExpression(
            SyntaxFactory.ParseExpression("global::System.Threading.Interlocked." + member).WithAdditionalAnnotations(Simplifier.Annotation),
            SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList<ArgumentSyntax>(new SyntaxNodeOrTokenList(arguments))));
    }

    /// <summary>The update that an expression's parent makes of it, or null where it makes none.</summary>
    public static AtomicUpdate? Of(ExpressionSyntax use, SemanticModel model)
    {
        switch (use.Parent)
        {
            case PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } postfix:
                return new AtomicUpdate(postfix, use, null, postfix.IsKind(SyntaxKind.PostDecrementExpression));
            case PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } prefix:
                return new AtomicUpdate(prefix, use, null, prefix.IsKind(SyntaxKind.PreDecrementExpression));
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression or (int)SyntaxKind.SubtractAssignmentExpression } compound when compound.Left == use:
                return new AtomicUpdate(compound, use, compound.Right, compound.IsKind(SyntaxKind.SubtractAssignmentExpression));
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.SimpleAssignmentExpression, Right: BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression or (int)SyntaxKind.SubtractExpression } sum } plain when plain.Left == use:
                var minus = sum.IsKind(SyntaxKind.SubtractExpression);
                return SyntaxFactory.AreEquivalent(sum.Left, use) ? new AtomicUpdate(plain, use, IsOne(sum.Right) ? null : sum.Right, minus)
                    : !minus && SyntaxFactory.AreEquivalent(sum.Right, use) ? new AtomicUpdate(plain, use, IsOne(sum.Left) ? null : sum.Left, false)
                    : null;
            default:
                return null;
        }

        static bool IsOne(ExpressionSyntax value) => value is LiteralExpressionSyntax { Token.Value: 1 };
    }

    /// <summary>Whether the amount fits the integer without a conversion that only a compound assignment has, and is not computed from it.</summary>
    public bool Fits(ISymbol integer, SemanticModel model) => Amount is null
        || model.ClassifyConversion(Amount, TypeOf(integer)!) is { IsImplicit: true, IsUserDefined: false }
            && !(IsMinus && TypeOf(integer)!.SpecialType is SpecialType.System_UInt32 or SpecialType.System_UInt64)
            && !Amount.DescendantNodesAndSelf().Any(node => node is AwaitExpressionSyntax || node is IdentifierNameSyntax name && name.Identifier.ValueText == integer.Name);

    /// <summary>The type of a variable or field.</summary>
    public static ITypeSymbol? TypeOf(ISymbol variable) => variable switch
    {
        IFieldSymbol { IsReadOnly: false, IsConst: false, RefKind: RefKind.None } field => field.Type,
        ILocalSymbol { RefKind: RefKind.None, IsConst: false } local => local.Type,
        IParameterSymbol { RefKind: RefKind.None } parameter => parameter.Type,
        _ => null,
    };

    private static bool IsUpdatable(ISymbol integer, Compilation compilation) =>
        TypeOf(integer) is { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64 } type
        // Older frameworks have the signed ones only.
        && compilation.GetTypeByMetadataName("System.Threading.Interlocked") is { } interlocked
        && interlocked.GetMembers(nameof(System.Threading.Interlocked.Increment)).OfType<IMethodSymbol>().Any(method => SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, type));

    // A private field is named in the parts of its type only, another one wherever its name stands.
    private static bool IsNamedElsewhere(ISymbol integer, Finding finding) => integer is IFieldSymbol && (integer.IsVisibleOutside() || (integer.DeclaredAccessibility == Accessibility.Private
        ? integer.ContainingType.DeclaringSyntaxReferences.Any(part => part.SyntaxTree != finding.Model.SyntaxTree)
        : finding.Model.Compilation.SyntaxTrees.Any(tree => tree != finding.Model.SyntaxTree
            && tree.GetRoot(finding.Cancellation).DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == integer.Name))));

    /// <summary>Whether we know what the use does, and that it goes with atomic updates.</summary>
    private static bool IsKnown(ExpressionSyntax use, ISymbol integer, SemanticModel model, out AtomicUpdate? update)
    {
        update = use is MemberBindingExpressionSyntax ? null : Of(use, model);
        if (update is not null)
            return update.Fits(integer, model) && (update.Written is not PostfixUnaryExpressionSyntax postfix || UnusedValue.Is(postfix, model));
        return use.Parent switch
        {
            AssignmentExpressionSyntax assignment when assignment.Left == use => assignment.Parent is InitializerExpressionSyntax || integer is IFieldSymbol && IsInConstructorOf(integer.ContainingType, use, model),
            PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } => false,
            PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.AddressOfExpression or (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } => false,
            ArgumentSyntax { RefKindKeyword.RawKind: not (int)SyntaxKind.None } argument => argument.Parent?.Parent is InvocationExpressionSyntax call
                && KnownTypes.Of(model.Compilation)[model.GetSymbolInfo(call).Symbol?.ContainingType] is KnownType.Interlocked or KnownType.Volatile,
            ArgumentSyntax { Parent: TupleExpressionSyntax { Parent: AssignmentExpressionSyntax or ArgumentSyntax } } => false,
            RefExpressionSyntax or ParenthesizedExpressionSyntax { Parent: PostfixUnaryExpressionSyntax or PrefixUnaryExpressionSyntax or AssignmentExpressionSyntax } => false,
            _ => true,
        };
    }

    private static bool IsInConstructorOf(INamedTypeSymbol type, SyntaxNode use, SemanticModel model) =>
        use.Ancestors().TakeWhile(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)).OfType<ConstructorDeclarationSyntax>().FirstOrDefault() is { } constructor
        && SymbolEqualityComparer.Default.Equals(model.GetDeclaredSymbol(constructor)?.ContainingType, type);

    private static ExpressionSyntax Operand(ExpressionSyntax value) => value.WithoutTrivia() is var plain
        && plain is IdentifierNameSyntax or LiteralExpressionSyntax or InvocationExpressionSyntax or MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax
        ? plain
        : SyntaxFactory.ParenthesizedExpression(plain);
}
