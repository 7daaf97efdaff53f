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
        if (VolatileField.Of(flag, finding) is { } make)
            yield return new Remedy("Make it volatile", make);
        yield return new Remedy("Use Volatile.Read", editor => editor.ReplaceNode(read, SyntaxFactory.InvocationExpression(
            SyntaxFactory.ParseExpression("global::System.Threading.Volatile.Read").WithAdditionalAnnotations(Simplifier.Annotation),
            SyntaxFactory.ParseArgumentList($"(ref {read.WithoutTrivia()})")).WithTriviaFrom(read)));
    }

    /// <summary>What both the modifier and the methods take: no enum, which the methods do not.</summary>
    private static bool CanBeVolatile(ITypeSymbol type) => type.IsReferenceType
        || type.SpecialType is SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single;
}
