using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>Makes the field volatile, or reads the field or variable so in the loop.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class StopFlagNotVolatileFix() : Fix(StopFlagNotVolatile.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        if (finding.Node is not ExpressionSyntax read || finding.Model.GetSymbolInfo(read, finding.Cancellation).Symbol is not { } flag || AtomicUpdate.TypeOf(flag) is not { } type || !CanBeVolatile(type))
            yield break;
        if (flag is IFieldSymbol && flag.DeclaringSyntaxReferences is [var reference] && reference.SyntaxTree == finding.Root.SyntaxTree
            && reference.GetSyntax(finding.Cancellation) is VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax field } declaration })
            yield return new Remedy("Make it volatile", editor => editor.ReplaceNode(field, field.Modifiers.Count == 0
                ? field.WithDeclaration(declaration.WithoutLeadingTrivia()).AddModifiers(SyntaxFactory.Token(SyntaxKind.VolatileKeyword).WithLeadingTrivia(declaration.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space))
                : field.AddModifiers(SyntaxFactory.Token(SyntaxKind.VolatileKeyword).WithTrailingTrivia(SyntaxFactory.Space))));
        yield return new Remedy("Use Volatile.Read", editor => editor.ReplaceNode(read, SyntaxFactory.InvocationExpression(
            SyntaxFactory.ParseExpression("global::System.Threading.Volatile.Read").WithAdditionalAnnotations(Simplifier.Annotation),
            SyntaxFactory.ParseArgumentList($"(ref {read.WithoutTrivia()})")).WithTriviaFrom(read)));
    }

    /// <summary>What both the modifier and the methods take: no enum, which the methods do not.</summary>
    private static bool CanBeVolatile(ITypeSymbol type) => type.IsReferenceType
        || type.SpecialType is SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single;
}
