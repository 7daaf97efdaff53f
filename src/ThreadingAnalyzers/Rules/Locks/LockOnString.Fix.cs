using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Locks a new private object of the type instead.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LockOnStringFix() : PrivateFieldFix(LockOnString.Descriptor);
