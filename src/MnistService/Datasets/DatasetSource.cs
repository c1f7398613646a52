namespace MnistService.Datasets;

/// <summary>Source format of a data set.</summary>
internal enum DatasetSource
{
    /// <summary>A labeled Kaggle CSV.</summary>
    Csv,

    /// <summary>A zip file with images in folders that are named after their digits.</summary>
    Zip,

    /// <summary>The IDX files of MNIST.</summary>
    Idx,
}
