using System.Text.RegularExpressions;

namespace Outreach.Domain.Tests;

/// <summary>A file that refers to another folder.</summary>
/// <param name="From">The folder of the file; empty for the project's root.</param>
/// <param name="To">The other folder.</param>
/// <param name="File">The file's path in the project.</param>
internal sealed record SourceReference(string From, string To, string File)
{
    public override string ToString() => $"{File} knows {To}";
}

/// <summary>
/// The sources of a project, whose folders are namespaces. A file refers to a folder that it imports (the build refuses an import
/// that is not used), to one that it names a type with, and, in Razor, to one that all files import and it names a type of.
/// </summary>
/// <param name="root">The project's folder.</param>
/// <param name="rootNamespace">The project's root namespace.</param>
internal sealed partial class SourceReferences(string root, string rootNamespace)
{
    public IEnumerable<SourceReference> FindReferences()
    {
        var files = Paths().Select(path => new SourceFile(path, FolderOf(path), Comment().Replace(File.ReadAllText(path), ""))).ToList();
        var types = files.SelectMany(file => file.DeclaredTypes().Select(type => (type, file.Folder))).ToHashSet();
        var imports = files.Where(file => file.IsImports).SelectMany(ImportedFolders).ToHashSet();
        return from file in files
               where !file.IsImports
               from folder in ImportedFolders(file).Concat(NamedFolders(file, types, file.IsRazor ? imports : [])).Distinct()
               where folder != file.Folder
               select new SourceReference(file.Folder, folder, Path.GetRelativePath(root, file.Path));
    }

    private IEnumerable<string> Paths() => Directory.EnumerateFiles(root, "*.*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path) is ".cs" or ".razor" && FolderOf(path) is not ("bin" or "obj"));

    private string FolderOf(string path)
    {
        var parts = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar);
        return parts.Length == 1 ? "" : parts[0];
    }

    private IEnumerable<string> ImportedFolders(SourceFile file) => Import().Matches(file.Code)
        .Select(match => match.Groups[1].Value)
        .Where(imported => imported.StartsWith(rootNamespace + ".", StringComparison.Ordinal))
        .Select(imported => imported[(rootNamespace.Length + 1)..].Split('.')[0]);

    /// <summary>Folders of types that a file names, qualified with the folder or, where the folder is imported, alone.</summary>
    private IEnumerable<string> NamedFolders(SourceFile file, HashSet<(string Type, string Folder)> types, IReadOnlySet<string> imported)
    {
        foreach (Match match in QualifiedName().Matches(file.Code))
        {
            var name = match.Value.StartsWith(rootNamespace + ".", StringComparison.Ordinal) ? match.Value[(rootNamespace.Length + 1)..] : match.Value;
            var parts = name.Split('.');
            if (parts.Skip(1).Take(2).Any(type => types.Contains((type, parts[0]))))
                yield return parts[0];
            foreach (var folder in imported.Where(folder => types.Contains((parts[0], folder))))
                yield return folder;
        }
    }

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\s*@?using\s+(?:static\s+|\w+\s*=\s*)?([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.[A-Z]\w*)*")]
    private static partial Regex QualifiedName();

    private sealed partial record SourceFile(string Path, string Folder, string Code)
    {
        public bool IsRazor => System.IO.Path.GetExtension(Path) == ".razor";

        public bool IsImports => System.IO.Path.GetFileName(Path) == "_Imports.razor";

        public IEnumerable<string> DeclaredTypes()
        {
            var declared = Declaration().Matches(Code).Select(match => match.Groups[1].Value);
            return IsRazor ? declared.Append(System.IO.Path.GetFileNameWithoutExtension(Path)) : declared;
        }

        [GeneratedRegex(@"\b(?:class|struct|interface|enum|record)\s+([A-Z]\w*)")]
        private static partial Regex Declaration();
    }
}
