using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using ThreadingAnalyzers.CodeFixes;

namespace ThreadingAnalyzers.Rules.Locks;

/// <summary>Locks a new private object of the type, which stays the same when the value is replaced.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
public sealed class LockedValueReplacedFix() : PrivateFieldFix(LockedValueReplaced.Descriptor, "Lock on a separate object");
