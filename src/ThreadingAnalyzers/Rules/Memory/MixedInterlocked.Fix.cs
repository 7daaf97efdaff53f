using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Memory;

/// <summary>Makes the plain update an atomic one, where Interlocked has it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class MixedInterlockedFix() : Fix(MixedInterlocked.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding)
    {
        var target = finding.Node switch
        {
            AssignmentExpressionSyntax assignment => assignment.Left,
            PostfixUnaryExpressionSyntax postfix => postfix.Operand,
            PrefixUnaryExpressionSyntax prefix => prefix.Operand,
            _ => null,
        };
        if (target is null || finding.Model.GetSymbolInfo(target, finding.Cancellation).Symbol is not { } field || AtomicUpdate.TypeOf(field) is not { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_UInt32 or SpecialType.System_UInt64 }
            || AtomicUpdate.Of(target, finding.Model) is not { } update || !update.Fits(field, finding.Model)
            || update.Written is PostfixUnaryExpressionSyntax written && !UnusedValue.Is(written, finding.Model))
            yield break;
        yield return new Remedy("Use Interlocked", editor => editor.ReplaceNode(update.Written, update.Atomic()));
    }
}
