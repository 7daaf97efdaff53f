using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Pools;

/// <summary>Has the pool ended by the member of its owner that ends the owner, which gets one where it has none.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class OwnedPoolNotShutDownFix() : Fix(OwnedPoolNotShutDown.Descriptor)
{
    private protected override IEnumerable<Remedy> Remedies(Finding finding) =>
        finding.Diagnostic.Properties.TryGetValue(OwnedPoolNotShutDown.FieldProperty, out var name) && name is not null
            && finding.Node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type
            && (finding.Model.GetDeclaredSymbol(type, finding.Cancellation) as INamedTypeSymbol)?.GetMembers(name).FirstOrDefault() is { } field && Api.Values.TypeOf(field) is { } held
            && OwnerEnd.Remedy("Shut it down in", field, held, finding) is { } remedy
            ? [remedy] : [];
}
