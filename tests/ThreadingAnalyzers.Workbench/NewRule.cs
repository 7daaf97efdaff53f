using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ThreadingAnalyzers.Workbench;

/// <summary><c>new-rule THRnnnn Category ClassName</c>: the three files of a rule, red until they are filled.</summary>
internal static class NewRule
{
    /// <summary>The verb with its arguments.</summary>
    public static Command Command()
    {
        var id = new Argument<string>("ID") { Description = "THR and four digits, the first the category's number; never used before." };
        var category = new Argument<string>("CATEGORY") { Description = string.Join(", ", Enum.GetNames<Category>().Select((name, number) => $"{number} {name}")) + "." };
        var name = new Argument<string>("CLASS") { Description = "The thing flagged, a noun phrase such as LockOnString." };
        var command = new Command("new-rule", "Writes a rule, its fix and its page, to be filled; the tests are red until they are.") { id, category, name };
        command.SetAction(parsed =>
        {
            try
            {
                foreach (var file in Write(Workplace.RepositoryRoot, parsed.GetRequiredValue(id), parsed.GetRequiredValue(category), parsed.GetRequiredValue(name)))
                    parsed.InvocationConfiguration.Output.WriteLine(Path.GetRelativePath(Workplace.RepositoryRoot, file));
                return 0;
            }
            catch (ArgumentException wrong)
            {
                parsed.InvocationConfiguration.Error.WriteLine(wrong.Message);
                return 1;
            }
        });
        return command;
    }

    /// <summary>Writes the three files.</summary>
    /// <returns>Their paths.</returns>
    /// <exception cref="ArgumentException">An argument is wrong; the message says how to mend it, and nothing was written.</exception>
    public static IReadOnlyList<string> Write(string root, string id, string category, string name)
    {
        if (!Enum.TryParse<Category>(category, ignoreCase: false, out var family) || !Enum.IsDefined(family) || category != family.ToString())
            throw new ArgumentException($"'{category}' is no category: give one of {string.Join(", ", Enum.GetNames<Category>())}.");
        var rules = Path.Combine(root, "src", "ThreadingAnalyzers", "Rules");
        CheckId(id, family, Path.Combine(root, "docs", "rules"), rules);
        CheckName(name, rules);

        var rule = Path.Combine(rules, category, name + ".cs");
        var fix = Path.Combine(rules, category, name + ".Fix.cs");
        var page = Path.Combine(root, "docs", "rules", id + ".md");
        Directory.CreateDirectory(Path.GetDirectoryName(rule)!);
        File.WriteAllText(rule, RuleText(id, category, name, Since(root)));
        File.WriteAllText(fix, FixText(category, name));
        File.WriteAllText(page, PageText(id, name));
        return [rule, fix, page];
    }

    private static void CheckId(string id, Category family, string pages, string rules)
    {
        if (!Regex.IsMatch(id, @"^THR\d{4}\z"))
            throw new ArgumentException($"'{id}' is no id: write THR and four digits, such as THR{(int)family}019.");
        if (id[3] - '0' != (int)family)
            throw new ArgumentException($"'{id}' does not belong to {family}: its first digit must be {(int)family}, such as THR{(int)family}{id[4..]}; or give the category {(Category)(id[3] - '0')}.");

        var used = Directory.EnumerateFiles(pages, "THR*.md").Select(Path.GetFileNameWithoutExtension)
            .Concat(Directory.EnumerateFiles(rules, "*.cs", SearchOption.AllDirectories).SelectMany(file => Regex.Matches(File.ReadAllText(file), @"Describe\(""(?<id>THR\d{4})""").Select(match => match.Groups["id"].Value)))
            .ToHashSet(StringComparer.Ordinal);
        if (!used.Contains(id))
            return;
        var free = Enumerable.Range(1, 999).Select(number => string.Create(CultureInfo.InvariantCulture, $"THR{(int)family}{number:D3}")).First(candidate => !used.Contains(candidate));
        throw new ArgumentException($"'{id}' is used already: an id has one meaning for ever; {free} is free.");
    }

    private static void CheckName(string name, string rules)
    {
        if (!Regex.IsMatch(name, @"^[A-Z][A-Za-z0-9]+\z"))
            throw new ArgumentException($"'{name}' is no class name: write a noun phrase in PascalCase, such as LockOnString.");
        foreach (var suffix in (ReadOnlySpan<string>)["Analyzer", "Rule", "Fix"])
            if (name.EndsWith(suffix, StringComparison.Ordinal))
                throw new ArgumentException($"'{name}' ends with {suffix}: name the thing flagged and leave the suffix out{(name.Length > suffix.Length ? $": {name[..^suffix.Length]}" : "")}.");
        if (Directory.EnumerateFiles(rules, name + ".cs", SearchOption.AllDirectories).FirstOrDefault() is { } taken)
            throw new ArgumentException($"'{name}' is used already, by {Path.GetRelativePath(rules, taken)}: choose another name.");
    }

    /// <summary>The version that will bring the rule: the first two parts of the one that is being made.</summary>
    private static string Since(string root) =>
        string.Join('.', XDocument.Load(Path.Combine(root, "build.props")).Descendants("Version").Single().Value.Split('.').Take(2));

    private static string RuleText(string id, string category, string name, string since) => $$"""
        using Microsoft.CodeAnalysis;
        using Microsoft.CodeAnalysis.Diagnostics;
        using ThreadingAnalyzers.Api;

        namespace ThreadingAnalyzers.Rules.{{category}};

        /// <summary>
        /// TODO: what the defect is and why it hurts.
        /// Source: TODO.
        /// </summary>
        public sealed class {{name}}() : Rule(Descriptor)
        {
            /// <summary>The rule as users see it.</summary>
            public static readonly DiagnosticDescriptor Descriptor = Describe("{{id}}", since: "{{since}}", Category.{{category}}, DiagnosticSeverity.Warning,
                title: "TODO should be said in one sentence",
                message: "'{0}' is TODO, which hurts: do TODO",
                why: "TODO: the harm, in two or three sentences.");

            internal override void Watch(CompilationStartAnalysisContext context, KnownTypes types)
            {
            }
        }

        """;

    private static string FixText(string category, string name) => $$"""
        using Microsoft.CodeAnalysis;
        using Microsoft.CodeAnalysis.CodeFixes;
        using ThreadingAnalyzers.CodeFixes;

        namespace ThreadingAnalyzers.Rules.{{category}};

        /// <summary>TODO: what it does instead. Delete this file when there is no fix that is always right.</summary>
        [ExportCodeFixProvider(LanguageNames.CSharp)]
        public sealed class {{name}}Fix() : Fix({{name}}.Descriptor)
        {
            private protected override IEnumerable<Remedy> Remedies(Finding finding) => [];
        }

        """;

    private static string PageText(string id, string name) => $$"""
        # {{id}} {{name}}: TODO should be said in one sentence
        <!-- head -->
        <!-- /head -->

        TODO: what goes wrong, how the rule decides, how to mend it, source.

        ## Flagged: TODO

        ```cs
        class Account
        {
            private int balance;

            public void Deposit(int amount)
            {
                balance += amount;
        //      ~~~~~~~ {{id}}: 'balance' is TODO, which hurts: do TODO
            }
        }
        ```

        ```cs fix: TODO
        class Account
        {
            private int balance;

            public void Deposit(int amount)
            {
                balance += amount;
            }
        }
        ```

        ## Allowed: TODO

        ```cs
        class Account
        {
            private int balance;

            public int Balance() => balance++;
        }
        ```

        ## On real code

        | repository | commit | lines | reports | true | false | debatable |
        |---|---|---|---|---|---|---|

        """;
}
