using System.Xml;
using System.Xml.Linq;

namespace ThreadingAnalyzers.Workbench.Corpus;

/// <summary>
/// A csproj as far as it can be read without MSBuild: the properties and items that it, the <c>Directory.Build</c> files
/// above it and its own imports state. Nothing is restored and no target runs.
/// </summary>
internal sealed class ProjectFile
{
    private readonly HashSet<string> importing = [];
    private readonly List<ProjectItem> items = [];
    private readonly bool frameworkIsGiven;

    private ProjectFile(string path, Moniker? framework)
    {
        Path = path;
        frameworkIsGiven = framework is not null;
        Properties["Configuration"] = "Release";
        Properties["Platform"] = "AnyCPU";
        Properties["OS"] = "Unix";
        Properties["MSBuildProjectName"] = System.IO.Path.GetFileNameWithoutExtension(path);
        Properties["MSBuildProjectExtension"] = System.IO.Path.GetExtension(path);
        Properties["MSBuildProjectDirectory"] = Folder;
        Properties["MSBuildProjectFullPath"] = path;
        Properties["TargetFramework"] = framework?.Name ?? "";
        Properties["TargetPlatformIdentifier"] = framework?.Platform ?? "";
    }

    /// <summary>The csproj, absolute.</summary>
    public string Path { get; }

    /// <summary>Its folder, absolute.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>The SDK it names, empty for an old-style project.</summary>
    public string Sdk { get; private set; } = "";

    /// <summary>Its properties after the whole file was read.</summary>
    public Properties Properties { get; } = new();

    /// <summary>Reads a project for its newest framework.</summary>
    /// <exception cref="FormatException">It is not a readable project; the message says what to mend.</exception>
    public static (ProjectFile File, Moniker Framework) Read(string path)
    {
        // The choice of framework needs the properties, and the properties may depend on the framework: two readings.
        var first = new ProjectFile(path, null);
        first.Evaluate();
        var framework = Moniker.Newest(
            [.. first.Properties["TargetFrameworks"].Split(';'), first.Properties["TargetFramework"], first.Properties["TargetFrameworkVersion"].Replace("v", "net").Replace(".", "")]);
        var second = new ProjectFile(path, framework);
        second.Evaluate();
        return (second, framework);
    }

    /// <summary>The items of a kind, in the order of the files.</summary>
    public IEnumerable<ProjectItem> Items(string kind) => items.Where(item => item.Kind == kind);

    private void Evaluate()
    {
        var text = Load(Path);
        Sdk = (string?)text.Attribute("Sdk") ?? text.Elements().Where(element => element.Name.LocalName == "Sdk").Select(element => (string?)element.Attribute("Name")).FirstOrDefault() ?? "";
        if (Sdk.Length > 0)
            Import(Properties.Above("Directory.Build.props", Folder));
        Walk(text, Path);
        if (Sdk.Length > 0)
            Import(Properties.Above("Directory.Build.targets", Folder));
    }

    private void Import(string? path)
    {
        if (path is not null && File.Exists(path) && importing.Add(path))
            Walk(Load(path), path);
    }

    private static XElement Load(string path)
    {
        try
        {
            return XDocument.Load(path).Root!;
        }
        catch (Exception broken) when (broken is XmlException or IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path} cannot be read as XML ({broken.Message}): mend it, or leave its folder out", broken);
        }
    }

    private void Walk(XElement parent, string file)
    {
        foreach (var element in parent.Elements())
        {
            Properties["MSBuildThisFileFullPath"] = file;
            Properties["MSBuildThisFileDirectory"] = System.IO.Path.GetDirectoryName(file) + "/";
            if (element.Name.LocalName is "Otherwise" or "Target" || !Condition.Holds((string?)element.Attribute("Condition"), Properties))
                continue;
            switch (element.Name.LocalName)
            {
                case "PropertyGroup":
                    // As in a build of one framework of several, no file may set what is given from outside.
                    foreach (var property in element.Elements())
                        if (Condition.Holds((string?)property.Attribute("Condition"), Properties) && !(frameworkIsGiven && property.Name.LocalName == "TargetFramework"))
                            Properties[property.Name.LocalName] = Properties.Expand(property.Value).Trim();
                    break;
                case "ItemGroup":
                    items.AddRange(
                        from item in element.Elements()
                        where Condition.Holds((string?)item.Attribute("Condition"), Properties)
                        from attribute in item.Attributes()
                        where attribute.Name.LocalName is "Include" or "Remove"
                        select new ProjectItem(item.Name.LocalName, attribute.Name.LocalName == "Remove", Properties.Expand(attribute.Value), item));
                    break;
                case "Choose":
                    if (element.Elements().FirstOrDefault(when => when.Name.LocalName == "Otherwise" || Condition.Holds((string?)when.Attribute("Condition"), Properties)) is { } chosen)
                        Walk(chosen, file);
                    break;
                case "ImportGroup":
                    Walk(element, file);
                    break;
                case "Import" when (string?)element.Attribute("Project") is { } project:
                    Import(System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(file)!, Properties.Expand(project).Replace('\\', '/'))));
                    break;
            }
        }
    }
}

/// <summary>An item of a project that includes or removes something.</summary>
/// <param name="Kind">What it is an item of: <c>Compile</c>, <c>ProjectReference</c> …</param>
/// <param name="Removes">Whether it takes the values out again.</param>
/// <param name="Value">The values or patterns, parted by semicolons, relative to the project's folder.</param>
/// <param name="Element">For further attributes.</param>
internal sealed record ProjectItem(string Kind, bool Removes, string Value, XElement Element)
{
    /// <summary>Whether an attribute or child element says false.</summary>
    public bool Denies(string name) =>
        ((string?)Element.Attribute(name) ?? Element.Elements().FirstOrDefault(child => child.Name.LocalName == name)?.Value ?? "").Trim().Equals("false", StringComparison.OrdinalIgnoreCase);
}
